using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Kernel;

/// <summary>
/// The ring through which the kernel's target hands commands to user space, answered by a device server. Data go straight between
/// the shared area and the unit where they lie in one piece there, otherwise through one bounce buffer. Nothing is allocated for a
/// command.
/// </summary>
/// <remarks>
/// The kernel copies a command's CDB and iovecs into the ring before it moves the head, and looks at the response after the tail
/// moved: an acquiring read of the one and a releasing write of the other are all the order that is needed. Not thread-safe.
/// </remarks>
internal sealed unsafe class TcmuRing : IDisposable
{
    private const int BounceAlignmentBytes = 4096;

    private readonly byte* _area;
    private readonly ulong _areaLength;
    private readonly LogicalUnit _unit;
    private readonly TcmuMailbox* _mailbox;
    private readonly byte* _ring;
    private readonly uint _ringSize;
    private byte* _bounce;
    private int _bounceLength;

    /// <param name="area">The area that the kernel shares, mailbox first.</param>
    /// <param name="areaLengthBytes">Its length.</param>
    /// <param name="unit">Who answers.</param>
    /// <exception cref="KernelTargetException">A mailbox of another kind than this program knows.</exception>
    internal TcmuRing(byte* area, long areaLengthBytes, LogicalUnit unit)
    {
        _area = area;
        _areaLength = (ulong)areaLengthBytes;
        _unit = unit;
        _mailbox = (TcmuMailbox*)area;
        if (areaLengthBytes < sizeof(TcmuMailbox) || _mailbox->Version != TcmuMailbox.SupportedVersion)
            throw new KernelTargetException($"The kernel's target_core_user speaks version {_mailbox->Version} of its interface; this program knows version {TcmuMailbox.SupportedVersion}.");
        if ((_mailbox->Flags & TcmuMailbox.FlagReadLength) == 0)
            throw new KernelTargetException("The kernel's target_core_user cannot return less data than was asked for, as a tape must: Linux 5.0 or newer is needed.");
        _ringSize = _mailbox->RingSize;
        _ring = area + _mailbox->RingOffset;
        if (_ringSize == 0 || _mailbox->RingOffset + (ulong)_ringSize > _areaLength)
            throw Broken("its ring lies outside of the shared area");
    }

    /// <summary>Whether the kernel tells about resets when it is asked to.</summary>
    internal bool TellsTaskManagement => (_mailbox->Flags & TcmuMailbox.FlagTaskManagement) != 0;

    /// <summary>Operation code of the command served last; for those who act on what the drive just did.</summary>
    internal byte LastOperationCode { get; private set; }

    /// <summary>Serves the oldest entry, if there is one. The kernel looks at it when it is told.</summary>
    /// <exception cref="KernelTargetException">What stands in the ring makes no sense.</exception>
    internal bool TryServe()
    {
        uint tail = _mailbox->Tail;
        if (tail == Volatile.Read(ref _mailbox->Head))
            return false;
        if (tail > _ringSize - sizeof(TcmuHeader))
            throw Broken($"an entry at {tail}");
        var header = (TcmuHeader*)(_ring + tail);
        uint length = header->LengthBytes;
        if (length < sizeof(TcmuHeader) || length > _ringSize - tail)
            throw Broken($"an entry of {length} bytes at {tail}");
        switch (header->Operation)
        {
            case TcmuHeader.OperationPad:
                break;
            case TcmuHeader.OperationCommand:
                Command(header, length);
                break;
            case TcmuHeader.OperationTaskManagement:
                ManageTasks((TcmuTaskManagement*)(header + 1));
                break;
            default:
                header->UserFlags |= TcmuHeader.UserUnknownOperation;
                break;
        }
        uint next = tail + length;
        Volatile.Write(ref _mailbox->Tail, next == _ringSize ? 0 : next);
        return true;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_bounce);
        _bounce = null;
        _bounceLength = 0;
    }

    // Commands are served one by one in the order of the ring, so there is never one to abort; what is left of a reset is the state.
    // The unit attention comes from the kernel (drivers/target/target_core_transport.c, target_tmr_work): told twice, it would be a
    // second reset to some.
    private void ManageTasks(TcmuTaskManagement* request)
    {
        if (request->Function is TcmuTaskManagement.LogicalUnitReset or TcmuTaskManagement.TargetWarmReset or TcmuTaskManagement.TargetColdReset)
            _unit.Reset(isTold: true);
    }

    [SkipLocalsInit]
    private void Command(TcmuHeader* header, uint entryLength)
    {
        var request = (TcmuRequest*)(header + 1);
        var vectors = (TcmuVector*)(request + 1);
        uint vectorCount = request->VectorCount;
        if (entryLength < sizeof(TcmuHeader) + sizeof(TcmuResponse)
            || vectorCount > (entryLength - sizeof(TcmuHeader) - sizeof(TcmuRequest)) / sizeof(TcmuVector)
            || request->CdbOffset >= _areaLength)
            throw Broken("an entry whose parts lie outside of it");
        Span<byte> cdb = stackalloc byte[Cdb.MaxLength];
        cdb = CopyCdb(request->CdbOffset, cdb);
        LastOperationCode = cdb[0];

        bool toDevice = TcmuDirection.IsToDevice(cdb[0], _unit.DeviceType);
        byte* data = Locate(vectors, vectorCount, out int length);
        bool bounces = data is null && length > 0;
        if (bounces)
        {
            data = Bounce(length);
            if (toDevice)
                Gather(vectors, vectorCount, data);
        }

        Span<byte> sense = stackalloc byte[TcmuResponse.SenseLength];
        DataTransfer transfer = length == 0 ? DataTransfer.None
            : toDevice ? DataTransfer.ToDevice(new ReadOnlySpan<byte>(data, length)) : DataTransfer.FromDevice(new Span<byte>(data, length));
        var context = new CommandContext(cdb, transfer, sense);
        _unit.Execute(ref context);
        if (!context.IsComplete)
            throw new InvalidOperationException($"The command {cdb[0]:X2}h was not completed.");

        int read = toDevice ? 0 : context.TransferredBytes;
        // The kernel takes a length of 0 for "all of it" (tcmu_handle_completion): nothing of the command before may show through.
        if (!toDevice && read == 0 && length > 0 && context.Status == ScsiStatus.Good)
            new Span<byte>(data, length).Clear();
        if (bounces && !toDevice)
            Scatter(vectors, vectorCount, data, read == 0 ? length : read);
        // From here on the request is gone: the response lies in the same memory.
        Respond(header, context, sense, read);
    }

    private static void Respond(TcmuHeader* header, in CommandContext context, ReadOnlySpan<byte> sense, int readBytes)
    {
        var response = (TcmuResponse*)(header + 1);
        *(ulong*)response = 0;
        response->Status = (byte)context.Status;
        if (context.SenseLength > 0)
        {
            var target = new Span<byte>(response->Sense, TcmuResponse.SenseLength);
            sense[..context.SenseLength].CopyTo(target);
            target[context.SenseLength..].Clear();
        }
        if (readBytes > 0)
        {
            response->ReadLength = (uint)readBytes;
            header->UserFlags |= TcmuHeader.UserReadLength;
        }
    }

    /// <summary>The entry does not say how long the CDB is; its operation code does (SPC-4 4.2.5.1).</summary>
    private Span<byte> CopyCdb(ulong offset, Span<byte> destination)
    {
        byte* source = _area + offset;
        int length = (*source >> 5) switch
        {
            0 => 6,
            1 or 2 => 10,
            5 => 12,
            // Vendors' commands (drivers/scsi/scsi_common.c, scsi_command_size_tbl).
            6 or 7 => 10,
            _ => 16,
        };
        if ((ulong)length > _areaLength - offset)
            throw Broken("a CDB outside of the shared area");
        destination = destination[..length];
        new ReadOnlySpan<byte>(source, length).CopyTo(destination);
        return destination;
    }

    /// <summary>Where the data of a command are when they lie in one piece; null when not, or when there are none.</summary>
    private byte* Locate(TcmuVector* vectors, uint count, out int length)
    {
        ulong total = 0;
        bool isOnePiece = true;
        for (uint i = 0; i < count; i++)
        {
            TcmuVector vector = vectors[i];
            if (vector.Offset > _areaLength || vector.LengthBytes > _areaLength - vector.Offset)
                throw Broken("data outside of the shared area");
            isOnePiece &= vector.Offset == vectors[0].Offset + total;
            total += vector.LengthBytes;
        }
        if (total > int.MaxValue)
            throw Broken($"a command with {total} bytes of data");
        length = (int)total;
        return isOnePiece && total > 0 ? _area + vectors[0].Offset : null;
    }

    private byte* Bounce(int length)
    {
        if (_bounceLength < length)
        {
            NativeMemory.AlignedFree(_bounce);
            _bounceLength = Math.Max(length, 1024 * 1024);
            _bounce = (byte*)NativeMemory.AlignedAlloc((nuint)_bounceLength, BounceAlignmentBytes);
        }
        return _bounce;
    }

    private void Gather(TcmuVector* vectors, uint count, byte* destination)
    {
        for (uint i = 0; i < count; i++)
        {
            Buffer.MemoryCopy(_area + vectors[i].Offset, destination, vectors[i].LengthBytes, vectors[i].LengthBytes);
            destination += vectors[i].LengthBytes;
        }
    }

    private void Scatter(TcmuVector* vectors, uint count, byte* source, int length)
    {
        for (uint i = 0; i < count && length > 0; i++)
        {
            int part = (int)Math.Min((ulong)length, vectors[i].LengthBytes);
            Buffer.MemoryCopy(source, _area + vectors[i].Offset, part, part);
            source += part;
            length -= part;
        }
    }

    private static KernelTargetException Broken(string what) => new($"The kernel's target_core_user handed over {what}.");
}
