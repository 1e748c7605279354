using CsCheck;

namespace Capstan.Scsi.Tests;

public class PositionDataTests
{
    [Fact]
    public void Short_form_of_a_captured_drive()
    {
        byte[] data = HexFixture.Load("lto5-read-position-short").Data;
        ShortPosition.TryDecode(data, out ShortPosition position).ShouldBeTrue();

        // 10h: the drive does not know how many bytes it buffers.
        var expected = new ShortPosition { ByteCountUnknown = true, FirstLogicalObject = 30, LastLogicalObject = 30 };
        position.ShouldBe(expected);
        Wire.Written(expected.WriteTo, ShortPosition.Length).ShouldBe(data);
    }

    [Fact]
    public void Short_form_every_field()
    {
        var position = new ShortPosition
        {
            BeginningOfPartition = true,
            ObjectCountUnknown = true,
            PositionError = true,
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

        var others = new ShortPosition { EndOfPartition = true, ByteCountUnknown = true, LocationUnknown = true, BeyondProgrammableEarlyWarning = true };
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
            BeginningOfPartition = true,
            FileUnknown = true,
            BeyondProgrammableEarlyWarning = true,
            Partition = 0x01020304,
            LogicalObject = 0x1112131415161718,
            LogicalFile = 0x2122232425262728,
        };
        byte[] golden = Hex.Bytes("89000000 01020304 11121314 15161718 21222324 25262728 00000000 00000000");
        Wire.Written(position.WriteTo, LongPosition.Length).ShouldBe(golden);
        LongPosition.TryDecode(golden, out LongPosition decoded).ShouldBeTrue();
        decoded.ShouldBe(position);

        var others = new LongPosition { EndOfPartition = true, ObjectUnknown = true };
        Wire.Written(others.WriteTo, LongPosition.Length)[0].ShouldBe((byte)0x44);
    }

    [Fact]
    public void Extended_form_every_field()
    {
        var position = new ExtendedPosition
        {
            EndOfPartition = true,
            BeyondProgrammableEarlyWarning = true,
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

        var others = new ExtendedPosition { BeginningOfPartition = true, ObjectCountUnknown = true, ByteCountUnknown = true, LocationUnknown = true, PositionError = true };
        Wire.Written(others.WriteTo, ExtendedPosition.Length)[0].ShouldBe((byte)0xB6);
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
