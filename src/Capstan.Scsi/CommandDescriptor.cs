using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>One command a device type knows: a row of <see cref="CommandTable"/>.</summary>
public sealed class CommandDescriptor
{
    private readonly ImmutableArray<byte> _usageData;
    private readonly Func<Cdb, string> _describe;

    internal CommandDescriptor(string name, byte? serviceAction, ReadOnlySpan<byte> usageData, Func<Cdb, string> describe)
    {
        byte[] usage = usageData.ToArray();
        if (serviceAction is { } action) usage[1] = (byte)((usage[1] & ~CommandSet.ServiceActionMask) | action);
        Name = name;
        ServiceAction = serviceAction;
        _usageData = ImmutableArray.Create(usage);
        _describe = describe;
    }

    /// <summary>As T10 writes it.</summary>
    public string Name { get; }

    public byte OperationCode => _usageData[0];

    /// <summary>SERVICE ACTION (byte 1 bits 4:0), or null for an operation code without.</summary>
    public byte? ServiceAction { get; }

    /// <summary>In bytes.</summary>
    public int CdbLength => _usageData.Length;

    /// <summary>
    /// CDB USAGE DATA as REPORT SUPPORTED OPERATION CODES answers it (SPC-4 6.35.3): the operation code, the service action where
    /// there is one, and a one for every bit of a field.
    /// </summary>
    public ReadOnlySpan<byte> UsageData => _usageData.AsSpan();

    internal string Describe(in Cdb cdb) => _describe(cdb);

    public override string ToString() => Name;
}
