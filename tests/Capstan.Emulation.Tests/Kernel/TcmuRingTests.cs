using System.Buffers.Binary;
using Capstan.Emulation.Kernel;

namespace Capstan.Emulation.Tests.Kernel;

/// <summary>The ring as drivers/target/target_core_user.c fills it, with offsets of linux/target_core_user.h written out.</summary>
public sealed unsafe class TcmuRingTests : IDisposable
{
    private const int RingOffset = 128;
    private const int RingSize = 1024;
    private const int AreaLength = 64 * 1024;
    private const int HeadAt = 12;
    private const int TailAt = 64;

    private readonly DriveRig _drive = new();
    private readonly byte* _area = (byte*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc(AreaLength, 4096);

    public TcmuRingTests()
    {
        Area.Clear();
        SetMailbox(version: 2, flags: 0xF);
    }

    private Span<byte> Area => new(_area, AreaLength);

    [Theory]
    [InlineData(1, 0xF, "version 1")]
    [InlineData(3, 0xF, "version 3")]
    [InlineData(2, 0xD, "Linux 5.0")]
    public void A_mailbox_of_another_kind_is_refused(ushort version, ushort flags, string message)
    {
        SetMailbox(version, flags);
        Should.Throw<KernelTargetException>(() => new TcmuRing(_area, AreaLength, _drive.Unit)).Message.ShouldContain(message);
    }

    [Theory]
    [InlineData(0xF, true)]
    [InlineData(0xB, false)]
    public void Whether_resets_are_told_is_read_from_the_mailbox(ushort flags, bool told)
    {
        SetMailbox(2, flags);
        using var ring = new TcmuRing(_area, AreaLength, _drive.Unit);
        ring.TellsTaskManagement.ShouldBe(told);
    }

    [Fact]
    public void An_empty_ring_serves_nothing()
    {
        using TcmuRing ring = Open();
        ring.TryServe().ShouldBeFalse();
    }

    [Fact]
    public void A_block_goes_from_one_piece_to_the_tape_and_comes_back_shorter_than_asked_with_its_length()
    {
        using TcmuRing ring = Open();
        byte[] block = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        block.CopyTo(Area[8192..]);
        int write = Put(0, "0A0000000A00", (8192, 10));
        ring.TryServe().ShouldBeTrue();
        Status(write).ShouldBe((byte)0);
        Area[write + 7].ShouldBe((byte)0);
        Area.Slice(8192, 10).Clear();
        _drive.Rewind();

        int read = Put(Tail, "080200001400", (8192, 20));
        ring.TryServe().ShouldBeTrue();
        Status(read).ShouldBe((byte)0);
        (Area[read + 7] & 0x2).ShouldBe(0x2);
        ReadLength(read).ShouldBe(10u);
        Area.Slice(8192, 10).ToArray().ShouldBe(block);
    }

    [Fact]
    public void Data_in_pieces_are_gathered_and_scattered_in_their_order()
    {
        using TcmuRing ring = Open();
        "abc"u8.CopyTo(Area[20000..]);
        "defgh"u8.CopyTo(Area[9000..]);
        int write = Put(0, "0A0000000800", (20000, 3), (9000, 5));
        ring.TryServe().ShouldBeTrue();
        Status(write).ShouldBe((byte)0);
        _drive.Rewind();
        _drive.Send("08 00 000008 00", dataIn: 8).Data.ShouldBe("abcdefgh"u8.ToArray());
        _drive.Rewind();

        int read = Put(Tail, "080000000800", (30000, 6), (12000, 2));
        ring.TryServe().ShouldBeTrue();
        Status(read).ShouldBe((byte)0);
        Area.Slice(30000, 6).ToArray().ShouldBe("abcdef"u8.ToArray());
        Area.Slice(12000, 2).ToArray().ShouldBe("gh"u8.ToArray());
    }

    [Fact]
    public void Sense_stands_where_the_request_was_and_a_read_of_nothing_claims_nothing()
    {
        _drive.WriteFilemarks(1);
        _drive.Rewind();
        using TcmuRing ring = Open();
        int read = Put(0, "080000001000", (8192, 16));
        ring.TryServe().ShouldBeTrue();
        Status(read).ShouldBe((byte)2);
        (Area[read + 7] & 0x2).ShouldBe(0);
        ReadLength(read).ShouldBe(0u);
        Convert.ToHexString(Area.Slice(read + 16, 18)).ShouldBe("F00080000000100A00000000000100000000");
        Area.Slice(read + 34, 78).ToArray().ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void What_an_earlier_command_left_does_not_show_through_an_answer_without_data()
    {
        using TcmuRing ring = Open();
        Area.Slice(8192, 64).Fill(0xEE);
        // TEST UNIT READY with a buffer that it does not fill: the kernel copies all of it.
        int entry = Put(0, "000000000000", (8192, 64));
        ring.TryServe().ShouldBeTrue();
        Status(entry).ShouldBe((byte)0);
        Area.Slice(8192, 64).ToArray().ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void The_ring_goes_on_at_its_beginning_behind_an_entry_that_fills_it_up()
    {
        using TcmuRing ring = Open();
        int entries = 0;
        for (uint at = 0; entries < 40; entries++)
        {
            if (RingSize - at < 192)
            {
                // PAD to the end, as the kernel does it.
                BinaryPrimitives.WriteUInt32LittleEndian(Area[(RingOffset + (int)at)..], RingSize - at);
                SetHead(0);
                ring.TryServe().ShouldBeTrue();
                Tail.ShouldBe(0u);
                at = 0;
            }
            int entry = Put(at, "000000000000");
            ring.TryServe().ShouldBeTrue();
            Status(entry).ShouldBe((byte)0);
            ring.TryServe().ShouldBeFalse();
            at = Tail;
        }
    }

    [Fact]
    public void An_entry_of_a_kind_that_is_not_known_is_marked_and_passed()
    {
        using TcmuRing ring = Open();
        BinaryPrimitives.WriteUInt32LittleEndian(Area[RingOffset..], 64 | 5);
        SetHead(64);
        ring.TryServe().ShouldBeTrue();
        Area[RingOffset + 7].ShouldBe((byte)0x1);
        Tail.ShouldBe(64u);
    }

    /// <summary>SAM-5 6.3.3: mode parameters as after power on. The unit attention is the kernel's.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void A_reset_forgets_mode_parameters(byte function)
    {
        _drive.Good("15 10 00 00 0C 00", [0, 0, 0x10, 8, 0, 0, 0, 0, 0, 0, 4, 0]);
        _drive.WriteBlock([1, 2, 3]);
        using TcmuRing ring = Open();
        PutTaskManagement(function);
        ring.TryServe().ShouldBeTrue();
        _drive.Good("00 00 00 00 00 00");
        _drive.Unit.BlockLengthBytes.ShouldBe(0);
        _drive.Position().ShouldBe((1ul, 0ul));
    }

    [Fact]
    public void An_abort_changes_nothing()
    {
        using TcmuRing ring = Open();
        PutTaskManagement(1);
        ring.TryServe().ShouldBeTrue();
        _drive.Good("00 00 00 00 00 00");
    }

    [Theory]
    [InlineData(60_000u, 10_000u)]
    [InlineData(0xFFFF_FFF0u, 16u)]
    public void Data_outside_of_the_area_end_the_service(uint offset, uint length)
    {
        using TcmuRing ring = Open();
        Put(0, "080000001000", ((int)offset, (int)length));
        Should.Throw<KernelTargetException>(() => ring.TryServe());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2048u)]
    public void An_entry_of_impossible_length_ends_the_service(uint length)
    {
        using TcmuRing ring = Open();
        BinaryPrimitives.WriteUInt32LittleEndian(Area[RingOffset..], length | 1);
        SetHead(64);
        Should.Throw<KernelTargetException>(() => ring.TryServe());
    }

    [Fact]
    public void A_command_allocates_nothing()
    {
        using TcmuRing ring = Open();
        Allocation.Of(() => Serve(1000)).ShouldBe(0);

        void Serve(int count)
        {
            for (int i = 0; i < count; i++)
            {
                // Always the same place: the tail goes back to where the entry is.
                BinaryPrimitives.WriteUInt32LittleEndian(Area[TailAt..], 0);
                PutPieces();
                ring.TryServe();
            }
        }
    }

    public void Dispose()
    {
        System.Runtime.InteropServices.NativeMemory.AlignedFree(_area);
        _drive.Dispose();
    }

    private uint Tail => BinaryPrimitives.ReadUInt32LittleEndian(Area[TailAt..]);

    private TcmuRing Open() => new(_area, AreaLength, _drive.Unit);

    private void SetMailbox(ushort version, ushort flags)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Area, version);
        BinaryPrimitives.WriteUInt16LittleEndian(Area[2..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(Area[4..], RingOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(Area[8..], RingSize);
    }

    private void SetHead(uint head) => BinaryPrimitives.WriteUInt32LittleEndian(Area[HeadAt..], head);

    private byte Status(int entry) => Area[entry + 8];

    private uint ReadLength(int entry) => BinaryPrimitives.ReadUInt32LittleEndian(Area[(entry + 12)..]);

    /// <summary>A READ(6) of a block that is not there, in two pieces.</summary>
    private void PutPieces() => Put(0, "080000001000", (8192, 8), (9000, 8));

    /// <summary>Puts a command into the ring and returns where its entry is in the area.</summary>
    private int Put(uint at, string cdb, params ReadOnlySpan<(int Offset, int Length)> data)
    {
        const int Header = 48;
        int size = Math.Max(112, Header + 16 * data.Length);
        int length = size + 16;
        Span<byte> entry = Area.Slice(RingOffset + (int)at, length);
        entry.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)length | 1);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)data.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], (ulong)(RingOffset + at + size));
        for (int i = 0; i < data.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry[(Header + 16 * i)..], (uint)data[i].Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[(Header + 16 * i + 8)..], (uint)data[i].Length);
        }
        Convert.FromHexString(cdb, entry[size..], out _, out _);
        SetHead((at + (uint)length) % RingSize);
        return RingOffset + (int)at;
    }

    private void PutTaskManagement(byte function)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Area[RingOffset..], 32 | 2);
        Area[RingOffset + 8] = function;
        SetHead(32);
    }
}
