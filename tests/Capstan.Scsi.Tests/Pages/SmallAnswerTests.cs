using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>Clock, serial number, buffer descriptor, ends of wraps, access order.</summary>
public class SmallAnswerTests
{
    /// <summary>SPC-4 table 280: length 10, origin 2, 2026-11-23 08:00 UTC.</summary>
    [Fact]
    public void Timestamp()
    {
        const string bytes = "000A" + "02" + "00" + "01A2079E4C00" + "0000";
        TimestampData.TryDecode(Hex.Bytes(bytes), out TimestampData read).ShouldBeTrue();
        read.ShouldBe(new TimestampData(0x01A2079E4C00, TimestampOrigin.SetTimestamp));
        Convert.ToHexString(Wire.Written(read.WriteTo, TimestampData.Length)).ShouldBe(bytes);
        Convert.ToHexString(Wire.Written(read.WriteListTo, TimestampData.Length)).ShouldBe("00000000" + "01A2079E4C00" + "0000");
        Should.Throw<ArgumentOutOfRangeException>(() => new TimestampData(TimestampData.MaxMilliseconds + 1).WriteListTo(new byte[12]));
    }

    /// <summary>SPC-4 6.23: a multiple of four.</summary>
    [Fact]
    public void Media_serial_number()
    {
        const string bytes = "00000008" + "4142434445" + "000000";
        MediaSerialNumber.TryDecode(Hex.Bytes(bytes), out MediaSerialNumber read).ShouldBeTrue();
        read.SerialNumber.ShouldBe("ABCDE");
        Convert.ToHexString(Wire.Written(read.WriteTo, read.Length)).ShouldBe(bytes);
        MediaSerialNumber.TryDecode(Hex.Bytes("00000000"), out read).ShouldBeTrue();
        read.SerialNumber.ShouldBe("");
    }

    [Fact]
    public void Buffer_descriptor()
    {
        BufferDescriptor.TryDecode(Hex.Bytes("09012345"), out BufferDescriptor read).ShouldBeTrue();
        read.ShouldBe(new BufferDescriptor(9, 0x012345));
        Convert.ToHexString(Wire.Written(read.WriteTo, BufferDescriptor.Length)).ShouldBe("09012345");
        BufferDescriptor.TryDecode(Hex.Bytes("090123"), out _).ShouldBeFalse();
    }

    /// <summary>Layout of cern-cta/CTA, readEndOfWrapPositionDataLongForm_t.</summary>
    [Fact]
    public void Ends_of_wraps()
    {
        const string bytes = "001A" + "0000" + "0000" + "0000" + "0000" + "000000001234" + "0001" + "0000" + "0000" + "0001000000FF";
        EndOfWrap.TryDecodeAll(Hex.Bytes(bytes), out System.Collections.Immutable.ImmutableArray<EndOfWrap> wraps).ShouldBeTrue();
        wraps.ShouldBe([new EndOfWrap(0, 0, 0x1234), new EndOfWrap(1, 0, 0x0001000000FF)]);
        Convert.ToHexString(Wire.Written(data => EndOfWrap.WriteAll(wraps.AsSpan(), data), 28)).ShouldBe(bytes);
        Convert.ToHexString(Wire.Written(wraps[1].WriteOne, 12)).ShouldBe("000A" + "0000" + "00000001000000FF");
    }

    /// <summary>Layout of cern-cta/CTA, RAO: descriptor length 30, name of 10 bytes, partition, first and last object.</summary>
    [Fact]
    public void Access_order()
    {
        const string bytes = "00000000" + "00000020" + "001E" + "000000" + "66696C6531" + "2020202020" + "00" + "0000000000000010" + "00000000000000FF";
        AccessOrderList.TryDecode(Hex.Bytes(bytes), out AccessOrderList list).ShouldBeTrue();
        list.Segments.ShouldBe([new DataSegment("file1", 0, 16, 255)]);
        Convert.ToHexString(Wire.Written(list.WriteTo, list.Length)).ShouldBe(bytes);
        AccessOrderLimits.TryDecode(Hex.Bytes("07D00020"), out AccessOrderLimits limits).ShouldBeTrue();
        limits.ShouldBe(new AccessOrderLimits(2000, 32));
        Convert.ToHexString(Wire.Written(limits.WriteTo, 4)).ShouldBe("07D00020");
    }

    [Fact]
    public void Total_over_bytes() => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        TimestampData.TryDecode(bytes, out _);
        MediaSerialNumber.TryDecode(bytes, out _);
        BufferDescriptor.TryDecode(bytes, out _);
        EndOfWrap.TryDecodeAll(bytes, out _);
        if (bytes.Length > 12)
            (bytes[4], bytes[5], bytes[6], bytes[8], bytes[9]) = (0, 0, 0, 0, (byte)(bytes[9] % 40));
        AccessOrderList.TryDecode(bytes, out _);
        AccessOrderLimits.TryDecode(bytes, out _);
    });
}
