using System.Buffers.Binary;

namespace Capstan.Conformance.Spc;

/// <summary>SECURITY PROTOCOL IN and OUT (SPC-4 6.40, 6.41) with tape data encryption (SSC-4 8.5). Every check leaves encryption off.</summary>
public abstract class SecurityProtocolConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const int Length = 1000;

    private static readonly string Key = string.Concat(Enumerable.Repeat("5A", 32));
    private static readonly string OtherKey = string.Concat(Enumerable.Repeat("A5", 32));

    [Fact]
    public void ListsItsProtocols() => Check("SPC-4 7.7.1.3: ascending, beginning with 00h", device =>
    {
        byte[] list = device.Good("A2 00 0000 0000 00000100 0000", dataIn: 256);
        int count = BinaryPrimitives.ReadUInt16BigEndian(list.AsSpan(6));
        byte[] protocols = list[8..(8 + count)];
        protocols[0].ShouldBe((byte)0);
        protocols.ShouldBe([.. protocols.Order()]);
        protocols.ShouldContain((byte)0x20);
    });

    [Fact]
    public void ListsItsPages() => Check("SSC-4 8.5.2.2: ascending, with those that SSC-4 makes mandatory", device =>
    {
        ushort[] pages = [.. Codes(Page(device, 0x0000))];
        pages.ShouldBe([.. pages.Order()]);
        foreach (ushort page in (ushort[])[0x0000, 0x0001, 0x0010, 0x0020, 0x0021])
            pages.ShouldContain(page);
        Codes(Page(device, 0x0001)).ShouldContain((ushort)0x0010);
    });

    [Fact]
    public void EveryListedPageIsThere() => Check("SSC-4 8.5.2.1: PAGE CODE and PAGE LENGTH are those of the page", device =>
    {
        foreach (ushort page in Codes(Page(device, 0x0000)))
        {
            byte[] answer = Page(device, page);
            BinaryPrimitives.ReadUInt16BigEndian(answer).ShouldBe(page);
            (BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2)) + 4).ShouldBe(answer.Length, $"page {page:X4}h");
        }
    });

    [Fact]
    public void AnUnknownProtocolIsRefused() => Check("SPC-4 6.40", device => device.Send("A2 21 0000 0000 00000100 0000", dataIn: 256).RefusesField());

    [Fact]
    public void AnUnknownPageIsRefused() => Check("SSC-4 8.5.2.1", device => device.Send("A2 20 0FFF 0000 00000100 0000", dataIn: 256).RefusesField());

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6", device =>
        device.Good("A2 20 0010 0000 00000004 0000", dataIn: 4).ShouldBe(Page(device, 0x0010)[..4]));

    [Fact]
    public void WhatIsSetIsTold() => Check("SSC-4 8.5.2.7: modes, and the key instance counter counts", device => Encrypted(device, () =>
    {
        uint before = BinaryPrimitives.ReadUInt32BigEndian(Page(device, 0x0020).AsSpan(8));
        Set(device, decryption: 2);
        byte[] status = Page(device, 0x0020);
        status[5].ShouldBe((byte)2);
        status[6].ShouldBe((byte)2);
        BinaryPrimitives.ReadUInt32BigEndian(status.AsSpan(8)).ShouldNotBe(before);
    }));

    [Fact]
    public void WrittenAndReadWithAKey() => Check("SSC-4 4.2.22.3", device => Encrypted(device, () =>
    {
        Set(device, decryption: 2);
        byte[] block = WriteOne(device);
        device.Read(Length).Good().ShouldBe(block);
    }));

    [Fact]
    public void WithoutAKeyItIsRefusedAndTheTapeStays() => Check("SSC-4 4.2.22.3: UNABLE TO DECRYPT DATA, position before the block", device => Encrypted(device, () =>
    {
        Set(device, decryption: 2);
        WriteOne(device);
        TurnOff(device);
        device.Read(Length).Outcome.ShouldStartWith("7/74/01");
        device.Position().ShouldBe(0);
    }));

    [Fact]
    public void AnotherKeyIsRefused() => Check("SSC-4 4.2.22.3: INCORRECT DATA ENCRYPTION KEY", device => Encrypted(device, () =>
    {
        Set(device, decryption: 2);
        WriteOne(device);
        Set(device, decryption: 2, OtherKey);
        device.Read(Length).Outcome.ShouldStartWith("7/74/03");
        device.Position().ShouldBe(0);
    }));

    [Fact]
    public void InClearOnlyMixedReadsIt() => Check("SSC-4 8.5.3.2.1: UNENCRYPTED DATA ENCOUNTERED WHILE DECRYPTING", device => Encrypted(device, () =>
    {
        byte[] block = WriteOne(device);
        Set(device, decryption: 2);
        device.Read(Length).Outcome.ShouldStartWith("7/74/02");
        Set(device, decryption: 3);
        device.Read(Length).Good().ShouldBe(block);
    }));

    [Fact]
    public void TheNextBlockIsTold() => Check("SSC-4 8.5.2.8: ENCRYPTION STATUS 5, 6, 3, 2", device => Encrypted(device, () =>
    {
        Set(device, decryption: 2);
        WriteOne(device);
        State(device).ShouldBe(5);
        TurnOff(device);
        State(device).ShouldBe(6);
        device.Space(0, 1).Good();
        State(device).ShouldBe(2);
        device.Rewind();
        WriteOne(device);
        State(device).ShouldBe(3);
        device.Position().ShouldBe(0);
    }));

    [Fact]
    public void WithoutAKeyNothingIsEncrypted() => Check("SSC-4 8.5.3.2.1: INVALID FIELD IN PARAMETER LIST", device =>
        Send(device, $"0010 0010 40 40 02 02 {Index(device):X2} 00 00 00000000000000 0000").Checks("5/26/00"));

    [Fact]
    public void AReservedByteIsRefused() => Check("SSC-4 8.5.3.2.1", device =>
        Send(device, $"0010 0010 40 40 00 00 {Index(device):X2} 00 00 00000000000001 0000").Checks("5/26/00"));

    private static byte[] Page(TargetDevice device, ushort page) => device.Good($"A2 20 {page:X4} 0000 00000400 0000", dataIn: 1024);

    private static int State(TargetDevice device) => Page(device, 0x0021)[12] & 0x0F;

    private static byte Index(TargetDevice device) => Page(device, 0x0010)[20];

    private static void Set(TargetDevice device, int decryption, string? key = null) =>
        Send(device, $"0010 0030 40 40 02 {decryption:X2} {Index(device):X2} 00 00 00000000000000 0020 {key ?? Key}").Good();

    private static void TurnOff(TargetDevice device) => SendOff(device, Index(device)).Good();

    private static Reply SendOff(TargetDevice device, byte index) => Send(device, $"0010 0010 40 40 00 00 {index:X2} 00 00 00000000000000 0000");

    private static Reply Send(TargetDevice device, string page)
    {
        byte[] list = Convert.FromHexString(page.Replace(" ", "", StringComparison.Ordinal));
        return device.Send($"B5 20 0010 0000 {list.Length:X8} 0000", list);
    }

    private static byte[] WriteOne(TargetDevice device)
    {
        byte[] block = [.. Enumerable.Range(0, Length).Select(i => (byte)(i * 7))];
        device.Write(block).Good();
        device.WriteFilemarks(1).Good();
        device.Rewind();
        return block;
    }

    /// <summary>A key must not stay in a drive that others use.</summary>
    private static void Encrypted(TargetDevice device, Action check)
    {
        byte index = Index(device);
        try
        {
            check();
        }
        finally
        {
            SendOff(device, index);
        }
    }

    private static IEnumerable<ushort> Codes(byte[] page)
    {
        for (int i = 4; i + 1 < page.Length; i += 2)
            yield return BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(i));
    }
}
