using System.Buffers.Binary;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive.Tests;

/// <summary>When a path breaks, seen from the command that meets it.</summary>
internal enum BreakAt
{
    /// <summary>The drive did not see the command.</summary>
    Before,

    /// <summary>The drive carried it out, and the answer is lost.</summary>
    After,

    /// <summary>The path holds; the drive answers with the unit attention instead.</summary>
    Instead,
}

/// <summary>What happens to the drive then.</summary>
internal enum Happening
{
    /// <summary>I_T nexus loss, told as such (29/07).</summary>
    NexusLoss,

    /// <summary>The same, by a target that does not tell.</summary>
    QuietNexusLoss,

    /// <summary>Reset (29/03); the buffer goes to the medium first, the tape stays.</summary>
    ResetFlushing,

    /// <summary>Reset (29/03); the buffer is lost, and the position is that of the medium.</summary>
    ResetLosing,

    /// <summary>Reset (29/03); the buffer is lost, and the drive goes on counting as if it were not.</summary>
    ResetLying,

    /// <summary>Power lost (29/01): buffer lost, tape rewound.</summary>
    PowerLoss,

    /// <summary>The buffer goes to the medium, and the tape is rewound (29/02): most drives after a bus reset.</summary>
    ResetRewinding,

    /// <summary>The buffer is lost without a word, and the drive goes on counting: no drive should.</summary>
    QuietLying,

    /// <summary>Another tape, rewound (28/00).</summary>
    MediumChange,

    /// <summary>28/00, and the new tape looks like the old one and stands where that stood.</summary>
    MediumChangeAlike,

    /// <summary>The drive's key is gone, and nobody says so.</summary>
    QuietKeyLoss,

    /// <summary>Somebody else turned encryption off (2A/11).</summary>
    KeyTakenAway,

    /// <summary>Somebody else gave the drive another key (2A/11).</summary>
    KeyChanged,
}

/// <summary>The Nth command (from 1, counted from <see cref="BreakingDrive.Arm"/>) meets this.</summary>
/// <param name="IsPartly">A command that is carried out and writes several blocks writes only some of them.</param>
internal readonly record struct Break(int Command, BreakAt At, Happening What, int FailedReconnections = 0, bool IsPartly = false);

/// <summary>
/// A drive with a buffer of its own before the virtual one, and a path that breaks. What is in the buffer is not on the medium: the
/// virtual drive has not seen it.
/// </summary>
internal sealed class BreakingDrive(IScsiTransport inner, int bufferedObjects) : IScsiTransport, ITransportRecovery
{
    private readonly List<byte[]?> _buffer = [];
    private readonly Queue<SenseCode> _attentions = new();
    private readonly byte[] _scratchSense = new byte[ScsiCompletion.SenseBufferLength];
    private IReadOnlyList<Break> _plan = [];
    private int _count;
    private int _lied;
    private int _fixedLengthBytes;
    private int _added;
    private bool _isPartly;

    /// <summary>So many of the last objects in the buffer were never answered for: who loses them lost nothing that was promised.</summary>
    private int _unanswered;
    private bool _isBroken;
    private int _failuresLeft;

    public string Name => inner.Name;

    public int MaxTransferBytes => inner.MaxTransferBytes;

    public ITransportRecovery Recovery => this;

    public bool HearsEveryUnitAttention { get; init; } = true;

    public List<string> Remarks { get; } = [];

    public int Broken { get; private set; }

    /// <summary>Objects that were acknowledged and never got to the medium.</summary>
    public int LostObjects { get; private set; }

    public string? SerialNumber { get; set; }

    /// <summary>Operation codes from now on.</summary>
    public List<byte>? Seen { get; set; }

    public void Arm(params IReadOnlyList<Break> plan)
    {
        _plan = plan;
        _count = 0;
    }

    public bool TryReconnect(out string problem)
    {
        problem = _failuresLeft > 0 ? "nobody answers" : "";
        if (_failuresLeft-- > 0)
            return false;
        _isBroken = false;
        return true;
    }

    public void Remark(string text) => Remarks.Add(text);

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        if (_isBroken)
            throw new ScsiTransportException(TransportFault.Lost, $"{Name}: still broken");
        _count++;
        Seen?.Add(cdb.OperationCode);
        int number = _count;
        Break hit = _plan.FirstOrDefault(line => line.Command == number);
        if (hit.Command == 0)
            return Answer(cdb, data, sense, timeout);
        // A drive that loses its buffer and says nothing, on a path that holds, is not to be noticed by anybody.
        if (hit is { At: BreakAt.Instead, What: Happening.QuietLying })
            return Answer(cdb, data, sense, timeout);
        Broken++;
        int before = _added;
        _isPartly = hit.IsPartly;
        if (hit.At == BreakAt.After)
            Answer(cdb, data, sense, timeout);
        _isPartly = false;
        if (_added > before)
            _unanswered = _added - before;
        Happen(hit.What);
        if (hit.At == BreakAt.Instead)
            return Answer(cdb, data, sense, timeout);
        _isBroken = true;
        _failuresLeft = hit.FailedReconnections;
        throw new ScsiTransportException(number % 3 == 0 ? TransportFault.TimedOut : TransportFault.Lost, $"{Name}: cut at command {number} ({cdb})");
    }

    /// <summary>The initiator goes; the drive is left in peace and writes out what it has.</summary>
    public void Leave()
    {
        _attentions.Clear();
        _isBroken = false;
        Flush(0);
    }

    public void Dispose() => inner.Dispose();

    private ScsiCompletion Answer(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        if (cdb.OperationCode is not (0x12 or 0x03) && _attentions.TryDequeue(out SenseCode attention))
        {
            return new ScsiCompletion(
                ScsiStatus.CheckCondition, new SenseData { Key = SenseKey.UnitAttention, Code = attention }.Encode(sense), data.Length);
        }

        switch (cdb.OperationCode)
        {
            case 0x0A when (cdb.Span[1] & 1) != 0 && _fixedLengthBytes == 0:
                return new ScsiCompletion(ScsiStatus.CheckCondition,
                    new SenseData { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidFieldInCdb }.Encode(sense), data.Length);
            case 0x0A:
                int length = (cdb.Span[1] & 1) != 0 ? _fixedLengthBytes : data.Length;
                int blocks = data.Length / length / (_isPartly && data.Length > length ? 2 : 1);
                for (int i = 0; i < blocks; i++)
                    _buffer.Add(data.ToDeviceBuffer.Slice(i * length, length).ToArray());
                _added += blocks;
                _unanswered = 0;
                break;
            case 0x55:
                // MODE SELECT(10): header of 8 bytes, BLOCK LENGTH in bytes 5 to 7 of the descriptor where there is one.
                if (data.ToDeviceBuffer[7] >= 8)
                    _fixedLengthBytes = (data.ToDeviceBuffer[13] << 16) | (data.ToDeviceBuffer[14] << 8) | data.ToDeviceBuffer[15];
                return PassOn(cdb, data, sense, timeout);
            case 0x10 when (cdb.Span[1] & 1) != 0:
                int count = (cdb.Span[2] << 16) | (cdb.Span[3] << 8) | cdb.Span[4];
                for (int i = 0; i < count; i++)
                    _buffer.Add(null);
                _added += count;
                _unanswered = 0;
                break;
            case 0x34:
                return Position(cdb, data, sense, timeout);
            case 0x00 or 0x12 or 0x4D or 0x5A or 0x1E or 0x03 or 0xA2:
                return PassOn(cdb, data, sense, timeout);
            default:
                Flush(0);
                _lied = cdb.OperationCode == 0x10 ? _lied : 0;
                return PassOn(cdb, data, sense, timeout);
        }

        Flush(bufferedObjects);
        return new ScsiCompletion(ScsiStatus.Good, 0, 0);
    }

    private ScsiCompletion PassOn(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
        if (SerialNumber is { } other && cdb.OperationCode == 0x12 && (cdb.Span[1] & 1) != 0)
            System.Text.Encoding.ASCII.GetBytes(other).CopyTo(data.FromDeviceBuffer[4..]);
        return completion;
    }

    // Long form: object in bytes 8 to 15, BOP in byte 0 bit 7.
    private ScsiCompletion Position(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
        int ahead = _buffer.Count + _lied;
        if ((cdb.Span[1] & 0x1F) == 6 && ahead > 0)
        {
            Span<byte> answer = data.FromDeviceBuffer;
            answer[0] &= 0x7F;
            BinaryPrimitives.WriteInt64BigEndian(answer[8..], BinaryPrimitives.ReadInt64BigEndian(answer[8..]) + ahead);
        }

        return completion;
    }

    private void Flush(int keep)
    {
        while (_buffer.Count > keep)
        {
            byte[]? block = _buffer[0];
            _buffer.RemoveAt(0);
            if (block is null)
                Send(Cdb.Of(new WriteFilemarks6(1, Immediate: true)), DataTransfer.None);
            else
                Send(Cdb.Of(new Write6(Fixed: false, block.Length)), DataTransfer.ToDevice(block));
        }
    }

    private void Send(in Cdb cdb, DataTransfer data) =>
        inner.Execute(cdb, data, _scratchSense, TimeSpan.FromMinutes(1)).Status.ShouldBe(ScsiStatus.Good);

    private void SetKey(bool isNew)
    {
        string page = isNew ? "00100030404002020100000000000000000000" + "20" + new string('7', 64) : "0010001040400000010000000000000000000000";
        byte[] list = Convert.FromHexString(page);
        SendData(Cdb.Of(new SecurityProtocolOut(SecurityProtocol.TapeDataEncryption, TapeEncryptionPage.SetDataEncryption, list.Length)), list);
    }

    private void SendData(in Cdb cdb, byte[] data) => Send(cdb, DataTransfer.ToDevice(data));

    private void Lose()
    {
        LostObjects += Math.Max(0, _buffer.Count - _unanswered);
        _buffer.Clear();
    }

    private void Happen(Happening what)
    {
        int buffered = _buffer.Count + _lied;
        switch (what)
        {
            case Happening.NexusLoss:
                _attentions.Enqueue(SenseCode.ITNexusLossOccurred);
                return;
            case Happening.QuietNexusLoss:
                return;
            case Happening.QuietKeyLoss or Happening.KeyTakenAway or Happening.KeyChanged:
                Flush(0);
                SetKey(what == Happening.KeyChanged);
                if (what != Happening.QuietKeyLoss)
                    _attentions.Enqueue(SenseCode.DataEncryptionParametersChangedByAnotherITNexus);
                return;
            case Happening.ResetFlushing or Happening.ResetRewinding or Happening.MediumChangeAlike:
                Flush(0);
                break;
            default:
                Lose();
                break;
        }

        _fixedLengthBytes = 0;
        // A reset takes protection away (SPC-5 6.16: mode parameters are as by default); a change of medium does not.
        if (what is not (Happening.MediumChange or Happening.MediumChangeAlike))
            SendData(Cdb.Of(new ModeSelect10(40)), Convert.FromHexString("0000001000000000" + "4AF0001C00040000" + new string('0', 48)));
        // And its key (SSC-4 4.2.22.8: parameters are volatile).
        if (what is not (Happening.MediumChange or Happening.MediumChangeAlike))
            SetKey(isNew: false);
        _lied = what is Happening.ResetLying or Happening.QuietLying ? buffered : 0;
        if (what is Happening.PowerLoss or Happening.ResetRewinding or Happening.MediumChange)
            Send(Cdb.Of(new Rewind()), DataTransfer.None);
        if (what != Happening.QuietLying)
        {
            _attentions.Enqueue(what switch
            {
                Happening.PowerLoss => SenseCode.PowerOnOccurred,
                Happening.ResetRewinding => SenseCode.ScsiBusResetOccurred,
                Happening.MediumChange or Happening.MediumChangeAlike => SenseCode.NotReadyToReadyChangeMediumMayHaveChanged,
                _ => SenseCode.BusDeviceResetFunctionOccurred,
            });
        }
    }
}
