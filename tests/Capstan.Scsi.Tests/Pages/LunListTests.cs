using CsCheck;

namespace Capstan.Scsi.Tests;

public class LunListTests
{
    [Fact]
    public void Golden_bytes()
    {
        // A library: drive at LUN 0, changer at LUN 1 (peripheral device addressing: the LUN is the second byte).
        byte[] golden = Hex.Bytes("00000010 00000000 0000000000000000 0001000000000000");
        Wire.Written(new LunList([0, 0x0001_0000_0000_0000]).WriteTo, 24).ShouldBe(golden);
        LunList.TryDecode(golden, out LunList list).ShouldBeTrue();
        list.Luns.ShouldBe([0ul, 0x0001_0000_0000_0000ul]);
    }

    [Theory]
    [InlineData("00000008 00000000 0001000000000000 0002000000000000", 1)]
    [InlineData("00000010 00000000 0001000000000000 00020000000000", 1)]
    [InlineData("FFFFFFFF 00000000 0001000000000000", 1)]
    [InlineData("00000000 00000000", 0)]
    public void List_length_and_buffer_both_end_it(string hex, int count)
    {
        LunList.TryDecode(Hex.Bytes(hex), out LunList list).ShouldBeTrue();
        list.Luns.Length.ShouldBe(count);
    }

    [Fact]
    public void Total_over_bytes() =>
        Gen.Byte.Array[0, 64].Sample(data => LunList.TryDecode(data, out _) == data.Length >= 8, iter: 1000);
}
