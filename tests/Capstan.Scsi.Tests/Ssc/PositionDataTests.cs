using CsCheck;
using static Capstan.Scsi.PositionConditions;

namespace Capstan.Scsi.Tests;

public class PositionDataTests
{
    [Fact]
    public void Short_form_of_a_captured_drive()
    {
        byte[] data = HexFixture.Load("lto5-read-position-short").Data;
        ShortPosition.TryDecode(data, out ShortPosition position).ShouldBeTrue();

        // 10h: the drive does not know how many bytes it buffers.
        var expected = new ShortPosition { Conditions = ByteCountUnknown, FirstLogicalObject = 30, LastLogicalObject = 30 };
        position.ShouldBe(expected);
        Wire.Written(expected.WriteTo, ShortPosition.Length).ShouldBe(data);
    }

    [Fact]
    public void Short_form_every_field()
    {
        var position = new ShortPosition
        {
            Conditions = BeginningOfPartition | ObjectCountUnknown | Error,
            Partition = 0x11,
            FirstLogicalObject = 0x21222324,
            LastLogicalObject = 0x31323334,
            ObjectsInBuffer = 0x414243,
            BytesInBuffer = 0x51525354,
        };
        byte[] golden = Hex.Bytes("A2110000 21222324 31323334 00414243 51525354");
        Wire.Written(position.WriteTo, ShortPosition.Length).ShouldBe(golden);
        ShortPosition.TryDecode(golden, out ShortPosition decoded).ShouldBeTrue();
        decoded.ShouldBe(position);

        var others = new ShortPosition { Conditions = EndOfPartition | ByteCountUnknown | LocationUnknown | BeyondProgrammableEarlyWarning };
        Wire.Written(others.WriteTo, ShortPosition.Length)[0].ShouldBe((byte)0x55);
    }

    [Fact]
    public void Long_form_of_a_captured_drive()
    {
        byte[] data = HexFixture.Load("lto5-read-position-long").Data;
        LongPosition.TryDecode(data, out LongPosition position).ShouldBeTrue();
        var expected = new LongPosition { LogicalObject = 30, LogicalFile = 3 };
        position.ShouldBe(expected);
        Wire.Written(expected.WriteTo, LongPosition.Length).ShouldBe(data);
    }

    [Fact]
    public void Long_form_every_field()
    {
        var position = new LongPosition
        {
            Conditions = BeginningOfPartition | FileUnknown | BeyondProgrammableEarlyWarning,
            Partition = 0x01020304,
            LogicalObject = 0x1112131415161718,
            LogicalFile = 0x2122232425262728,
        };
        byte[] golden = Hex.Bytes("89000000 01020304 11121314 15161718 21222324 25262728 00000000 00000000");
        Wire.Written(position.WriteTo, LongPosition.Length).ShouldBe(golden);
        LongPosition.TryDecode(golden, out LongPosition decoded).ShouldBeTrue();
        decoded.ShouldBe(position);

        var others = new LongPosition { Conditions = EndOfPartition | LocationUnknown };
        Wire.Written(others.WriteTo, LongPosition.Length)[0].ShouldBe((byte)0x44);
    }

    [Fact]
    public void Extended_form_every_field()
    {
        var position = new ExtendedPosition
        {
            Conditions = EndOfPartition | BeyondProgrammableEarlyWarning,
            Partition = 2,
            ObjectsInBuffer = 0x010203,
            FirstLogicalObject = 0x1112131415161718,
            LastLogicalObject = 0x2122232425262728,
            BytesInBuffer = 0x3132333435363738,
        };
        byte[] golden = Hex.Bytes("4102001C 00010203 11121314 15161718 21222324 25262728 31323334 35363738");
        Wire.Written(position.WriteTo, ExtendedPosition.Length).ShouldBe(golden);
        ExtendedPosition.TryDecode(golden, out ExtendedPosition decoded).ShouldBeTrue();
        decoded.ShouldBe(position);

        var others = new ExtendedPosition { Conditions = BeginningOfPartition | ObjectCountUnknown | ByteCountUnknown | LocationUnknown | Error };
        Wire.Written(others.WriteTo, ExtendedPosition.Length)[0].ShouldBe((byte)0xB6);
    }

    // SSC-4 7.7.2 and 7.7.4: bit 3 is reserved; 7.7.3: bits 5, 4 and 1 are.
    [Fact]
    public void Reserved_bits_are_not_believed_and_not_sent()
    {
        byte[] all = Hex.Bytes("FF00001C" + new string('0', 56));
        ShortPosition.TryDecode(all, out ShortPosition brief).ShouldBeTrue();
        Wire.Written(brief.WriteTo, ShortPosition.Length)[0].ShouldBe((byte)0xF7);
        LongPosition.TryDecode(all, out LongPosition full).ShouldBeTrue();
        Wire.Written(full.WriteTo, LongPosition.Length)[0].ShouldBe((byte)0xCD);
        ExtendedPosition.TryDecode(all, out ExtendedPosition extended).ShouldBeTrue();
        Wire.Written(extended.WriteTo, ExtendedPosition.Length)[0].ShouldBe((byte)0xF7);
    }

    [Fact]
    public void Extended_form_that_names_a_shorter_length_is_not_believed() =>
        ExtendedPosition.TryDecode(Hex.Bytes("4102001B 00010203 11121314 15161718 21222324 25262728 31323334 35363738"), out _).ShouldBeFalse();

    [Fact]
    public void A_refused_extended_form_holds_no_position()
    {
        // This drive answers READ POSITION extended with CHECK CONDITION and no data.
        byte[] data = HexFixture.Load("lto5-read-position-extended").Data;
        data.ShouldBeEmpty();
        ExtendedPosition.TryDecode(data, out _).ShouldBeFalse();
    }

    [Fact]
    public void Block_limits()
    {
        byte[] data = HexFixture.Load("lto5-read-block-limits").Data;
        BlockLimits.TryDecode(data, out BlockLimits limits).ShouldBeTrue();
        limits.ShouldBe(new BlockLimits(0, 0x200000, 1));
        Wire.Written(limits.WriteTo, BlockLimits.Length).ShouldBe(data);

        Wire.Written(new BlockLimits(2, 0xFFFFFE, 0x0102).WriteTo, BlockLimits.Length).ShouldBe(Hex.Bytes("02FFFFFE0102"));
        Wire.Written(new ObjectIdLimit(0x0102030405060708).WriteTo, ObjectIdLimit.Length)
            .ShouldBe(Hex.Bytes("000000000000000000000000 0102030405060708"));
        ObjectIdLimit.TryDecode(Hex.Bytes("000000000000000000000000 00000000FFFFFFFF"), out ObjectIdLimit limit).ShouldBeTrue();
        limit.MaximumLogicalObjectId.ShouldBe(0xFFFFFFFFul);
    }

    [Fact]
    public void Total_over_bytes() => Gen.Byte.Array[0, 40].Sample(
        data => ShortPosition.TryDecode(data, out _) == data.Length >= 20
            && LongPosition.TryDecode(data, out _) == data.Length >= 32
            && (data.Length >= 32 || !ExtendedPosition.TryDecode(data, out _))
            && BlockLimits.TryDecode(data, out _) == data.Length >= 6
            && ObjectIdLimit.TryDecode(data, out _) == data.Length >= 20,
        iter: 2000);
}
