using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation;

/// <summary>
/// One command on its way through a device server: what came in, and the completion that has to leave. Every command is completed
/// exactly once, by one of the methods below.
/// </summary>
internal ref struct CommandContext(ReadOnlySpan<byte> cdb, DataTransfer data, Span<byte> sense)
{
    private readonly Span<byte> _sense = sense;

    internal ReadOnlySpan<byte> Cdb { get; } = cdb;

    /// <summary>Where data-in goes.</summary>
    internal readonly Span<byte> DataIn => Data.FromDeviceBuffer;

    /// <summary>Where data-out comes from.</summary>
    internal readonly ReadOnlySpan<byte> DataOut => Data.ToDeviceBuffer;

    internal DataTransfer Data { get; } = data;

    /// <summary>Number of the I_T nexus: which initiator it came from.</summary>
    internal int Nexus { get; init; }

    /// <summary>D_SENSE: sense goes out in descriptor format.</summary>
    internal bool DescriptorSense { get; set; }

    internal bool IsComplete { get; private set; }

    internal ScsiStatus Status { get; private set; }

    internal int SenseLength { get; private set; }

    /// <summary>What a command that did not end with GOOD was answered.</summary>
    internal SenseData Sense { get; private set; }

    /// <summary>Bytes that went over the wire, in either direction.</summary>
    internal int TransferredBytes { get; private set; }

    internal void Good(int transferredBytes = 0)
    {
        Complete(ScsiStatus.Good);
        TransferredBytes = transferredBytes;
    }

    /// <summary>RESERVATION CONFLICT: somebody else has the drive.</summary>
    internal void Conflict() => Complete(ScsiStatus.ReservationConflict);

    /// <summary>So many bytes of data-out were taken.</summary>
    internal void Took(int bytes) => TransferredBytes = bytes;

    /// <summary>Completes with parameter data, cut at the allocation length.</summary>
    internal void Return(scoped ReadOnlySpan<byte> answer, long allocationLength)
    {
        int length = (int)Math.Min(Math.Min(answer.Length, allocationLength), DataIn.Length);
        answer[..length].CopyTo(DataIn);
        Good(length);
    }

    /// <summary>Sends zeros behind an answer until the allocation length is reached, as some drives do.</summary>
    internal void FillUp(long allocationLength)
    {
        int length = (int)Math.Min(allocationLength, DataIn.Length);
        DataIn[TransferredBytes..length].Clear();
        TransferredBytes = length;
    }

    internal void Check(in SenseData sense, int transferredBytes = 0)
    {
        Complete(ScsiStatus.CheckCondition);
        Sense = sense;
        TransferredBytes = transferredBytes;
        Span<byte> encoded = stackalloc byte[SenseData.MaxEncodedLength];
        int length = Math.Min((sense with { IsDescriptorFormat = DescriptorSense }).Encode(encoded), _sense.Length);
        encoded[..length].CopyTo(_sense);
        SenseLength = length;
    }

    /// <summary>No answer ever comes.</summary>
    internal void Abandon()
    {
        IsComplete = true;
        IsAbandoned = true;
    }

    /// <summary>Whether the initiator waits for nothing.</summary>
    internal bool IsAbandoned { get; private set; }

    /// <summary>Ends the command with another answer than its own, if it had one. What was transferred stays so.</summary>
    internal void Replace(ScsiStatus status, in SenseData? sense)
    {
        int transferred = TransferredBytes;
        IsComplete = false;
        SenseLength = 0;
        if (sense is { } data)
            Check(data, transferred);
        else
            Good(transferred);
        Status = status;
    }

    internal void Check(SenseKey key, SenseCode code) => Check(new SenseData { Key = key, Code = code });

    /// <summary>Refuses a field of the CDB.</summary>
    internal void Refuse(BitField field) => Check(new SenseData
    {
        Key = SenseKey.IllegalRequest,
        Code = SenseCode.InvalidFieldInCdb,
        FieldPointer = FieldPointer.To(field, inCdb: true),
    });

    /// <summary>Refuses a field of the parameter list.</summary>
    internal void RefuseParameter(int offset, int? bit = null) => Check(new SenseData
    {
        Key = SenseKey.IllegalRequest,
        Code = SenseCode.InvalidFieldInParameterList,
        FieldPointer = new FieldPointer(InCdb: false, (ushort)offset, (byte?)bit),
    });

    private void Complete(ScsiStatus status)
    {
        if (IsComplete)
            throw new InvalidOperationException("A command completed twice.");
        IsComplete = true;
        Status = status;
    }
}
