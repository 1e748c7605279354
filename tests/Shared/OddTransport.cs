using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Tests;

/// <summary>Changes some answers of a device: for the ways of real ones that no virtual one has.</summary>
/// <param name="inner">The device.</param>
/// <param name="instead">Sense to refuse a command with, as <see cref="Sense"/> takes it; null lets it through.</param>
/// <param name="edit">Changes data on their way; takes the command and the bytes that came.</param>
internal sealed class OddTransport(IScsiTransport inner, Func<Cdb, string?>? instead = null, Func<Cdb, byte[], byte[]>? edit = null) : IScsiTransport
{
    /// <summary>What came, in hexadecimal.</summary>
    public List<string> Sent { get; } = [];

    public string Name => inner.Name;

    public int MaxTransferBytes => inner.MaxTransferBytes;

    /// <summary>
    /// Fixed sense data (SPC-5 4.4.3), laid out by hand: "KEY/ASC/ASCQ" in hexadecimal, "KEY/ASC/ASCQ/BYTE" with a field pointer to a
    /// byte of the CDB (SPC-5 4.4.2.4.2).
    /// </summary>
    public static byte[] Sense(string code)
    {
        byte[] parts = [.. code.Split('/').Select(static part => Convert.ToByte(part, 16))];
        var sense = new byte[18];
        (sense[0], sense[2], sense[7], sense[12], sense[13]) = (0x70, parts[0], 10, parts[1], parts[2]);
        if (parts.Length > 3)
            (sense[15], sense[17]) = (0xC0, parts[3]);
        return sense;
    }

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        Sent.Add(Convert.ToHexString(cdb.Span));
        if (instead?.Invoke(cdb) is { } code)
        {
            Sense(code).CopyTo(sense);
            return new ScsiCompletion(ScsiStatus.CheckCondition, 18, null);
        }

        ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
        if (edit is null || completion.Status != ScsiStatus.Good || data.Direction != DataDirection.FromDevice)
            return completion;
        byte[] changed = edit(cdb, data.FromDeviceBuffer[..(data.Length - (completion.Residual ?? 0))].ToArray());
        changed.AsSpan(0, Math.Min(changed.Length, data.Length)).CopyTo(data.FromDeviceBuffer);
        return completion with { Residual = Math.Max(0, data.Length - changed.Length) };
    }

    public void Dispose() => inner.Dispose();
}
