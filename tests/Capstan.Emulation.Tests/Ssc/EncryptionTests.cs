using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Ssc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;
using Capstan.Tests;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>
/// SECURITY PROTOCOL IN and OUT, and what becomes of blocks (SSC-4 4.2.22, 8.5). Sense keys and codes: IBM TS3310 manual, table B-2, and
/// SSC-4; fixed format of SPC-4 4.5.3.
/// </summary>
public sealed partial class EncryptionTests : IDisposable
{
    private const string Status = "A2 20 0020 0000 00000200 0000";
    private const string NextBlock = "A2 20 0021 0000 00000200 0000";

    private readonly DriveRig _drive = new(onDisk: false);

    public void Dispose() => _drive.Dispose();

    private static string Key(byte fill) => string.Concat(Enumerable.Repeat(fill.ToString("X2", System.Globalization.CultureInfo.InvariantCulture), 32));

    /// <summary>A page as stenc makes it.</summary>
    /// <param name="scope">Byte 4.</param>
    /// <param name="flags">Byte 5.</param>
    /// <param name="kads">Descriptors in hexadecimal.</param>
    private static string Page(
        byte encryption = 2, byte decryption = 2, byte key = 0xA5, string kads = "", byte scope = 0x40, byte flags = 0x40, byte index = 1, bool hasKey = true)
    {
        string list = $"{scope:X2}{flags:X2}{encryption:X2}{decryption:X2}{index:X2}0002" + new string('0', 14) + (hasKey ? "0020" + Key(key) : "0000") + kads;
        return $"0010{list.Length / 2:X4}{list}";
    }

    private void Set(string page)
    {
        byte[] list = Convert.FromHexString(page);
        _drive.Good($"B5 20 0010 0000 {list.Length:X8} 0000", list);
    }

    private void ShouldRefuse(string page, string sense)
    {
        byte[] list = Convert.FromHexString(page);
        _drive.Check($"B5 20 0010 0000 {list.Length:X8} 0000", sense, list);
    }

    private DataEncryptionStatus ReadStatus()
    {
        DataEncryptionStatus.TryDecode(_drive.Good(Status, dataIn: 512), out DataEncryptionStatus page).ShouldBeTrue();
        return page;
    }

    private NextBlockEncryptionStatus ReadNext()
    {
        NextBlockEncryptionStatus.TryDecode(_drive.Good(NextBlock, dataIn: 512), out NextBlockEncryptionStatus page).ShouldBeTrue();
        return page;
    }

    private byte[] Read(int length) => _drive.Good($"08 00 {length:X6} 00", dataIn: length);

    private void ShouldNotRead(int length, string code)
    {
        (ulong before, _) = _drive.Position();
        // INFORMATION is the length that was asked for, and the tape stays before the block.
        _drive.Check($"08 00 {length:X6} 00", $"F0 00 07 {length:X8} 0A 00000000 {code} 00 000000", dataIn: length).Data.ShouldBeEmpty();
        _drive.Position().Object.ShouldBe(before);
    }

    private const string Hello = "0000000C48656C6C6F20776F726C6421";

    /// <summary>SSC-4 8.5.3.2.4: byte 5 bit 1 CKORP, bit 0 CKORL; neither means anything without a reservation.</summary>
    /// <param name="flags">Byte 5 of the page.</param>
    /// <param name="isPreempted">Another initiator takes the reservation; false: its holder releases it.</param>
    /// <param name="staysEncrypting">Whether the key is still there.</param>
    [Theory]
    [InlineData(0x42, true, false)]
    [InlineData(0x42, false, true)]
    [InlineData(0x41, true, false)]
    [InlineData(0x41, false, false)]
    [InlineData(0x40, true, true)]
    public void A_key_goes_with_the_reservation_when_it_is_set_so(byte flags, bool isPreempted, bool staysEncrypting)
    {
        if (flags != 0x40)
            ShouldRefuse(Page(flags: flags), $"70 00 05 00000000 0A 00000000 26 00 00 {(flags == 0x42 ? "89" : "88")} 0005");
        using var second = new LoopbackTransport(_drive.Unit, "virtual:second", nexus: 1);
        // REGISTER of both, RESERVE by the first.
        Reserve(_drive.Transport, "00", 0, 0xAB);
        Reserve(second, "00", 0, 0xCD);
        Reserve(_drive.Transport, "01", 0xAB, 0);
        Set(Page(flags: flags));
        if (isPreempted)
            Reserve(second, "04", 0xCD, 0xAB);
        else
            Reserve(_drive.Transport, "02", 0xAB, 0);
        (_drive.Unit.Encryption.For(DriveEncryption.OwnNexus) is not null).ShouldBe(staysEncrypting);

        static void Reserve(Transport.IScsiTransport transport, string action, ulong key, ulong serviceKey)
        {
            byte[] list = Convert.FromHexString($"{key:X16}{serviceKey:X16}0000000000000000");
            byte[] sense = new byte[Transport.ScsiCompletion.SenseBufferLength];
            Cdb cdb = Cdb.FromBytes(Convert.FromHexString($"5F{action}0300000000001800"));
            // The first command of an initiator may be told something else.
            for (int attempt = 0; attempt < 3; attempt++)
            {
                if (transport.Execute(in cdb, Transport.DataTransfer.ToDevice(list), sense, TimeSpan.FromSeconds(1)).Status == ScsiStatus.Good)
                    return;
            }

            Assert.Fail($"PERSISTENT RESERVE OUT {action} was refused");
        }
    }

    [Fact]
    public void Lists_its_protocols_and_pages()
    {
        Convert.ToHexString(_drive.Good("A2 00 0000 0000 00000040 0000", dataIn: 64)).ShouldBe("00000000000000020020");
        Convert.ToHexString(_drive.Good("A2 00 0001 0000 00000040 0000", dataIn: 64)).ShouldBe("00000000");
        Convert.ToHexString(_drive.Good("A2 20 0000 0000 00000040 0000", dataIn: 64)).ShouldBe("0000001000000001001000110012002000210030");
        Convert.ToHexString(_drive.Good("A2 20 0001 0000 00000040 0000", dataIn: 64)).ShouldBe("000100020010");
        Convert.ToHexString(_drive.Good("A2 20 0011 0000 00000040 0000", dataIn: 64)).ShouldBe("0011000100");
        Convert.ToHexString(_drive.Good("A2 20 0012 0000 00000040 0000", dataIn: 64)).ShouldBe("0012000C010700070000000000000000");
        _drive.Good("A2 20 0030 0000 00000040 0000", dataIn: 64).Length.ShouldBe(36);
    }

    [Fact]
    public void Tells_its_algorithm()
    {
        DataEncryptionCapabilities.TryDecode(_drive.Good("A2 20 0010 0000 00000200 0000", dataIn: 512), out DataEncryptionCapabilities page).ShouldBeTrue();
        DataEncryptionAlgorithm algorithm = page.Algorithms.ShouldHaveSingleItem();
        algorithm.IsUsable.ShouldBeTrue();
        algorithm.SecurityAlgorithmCode.ShouldBe(0x0001_0014u);
        algorithm.IsValidForMountedVolume.ShouldBeTrue();
    }

    [Theory]
    [InlineData("A2 21 0000 0000 00000040 0000", "C0 0001")] // no such protocol
    [InlineData("A2 20 0002 0000 00000040 0000", "C0 0002")] // no such page
    [InlineData("A2 00 0002 0000 00000040 0000", "C0 0002")]
    [InlineData("B5 00 0010 0000 00000014 0000", "C0 0001")]
    [InlineData("B5 20 0011 0000 00000014 0000", "C0 0002")]
    public void Refuses_what_it_has_not(string cdb, string pointer)
    {
        string first = cdb[..2];
        string sense = "70 00 05 00000000 0A 00000000 2400 00 " + pointer;
        _drive.Check(cdb, sense, first == "B5" ? new byte[20] : null, first == "A2" ? 64 : 0);
    }

    [Fact]
    public void Encrypts_what_it_writes_and_reads_it_back()
    {
        byte[] block = CartridgeTesting.Block(1, 5000);
        Set(Page(kads: Hello));
        _drive.WriteBlock(block);
        _drive.WriteFilemarks(1);
        _drive.Rewind();
        Read(5000).ShouldBe(block);
        byte[] file = RawFile.ReadAll(_drive.CartridgePath);
        file.AsSpan().IndexOf(block.AsSpan(0, 16)).ShouldBe(-1);
        file.AsSpan().IndexOf(Convert.FromHexString(Key(0xA5)).AsSpan(0, 16)).ShouldBe(-1);
    }

    [Fact]
    public void Blocks_that_are_alike_are_stored_differently()
    {
        var block = new byte[1000];
        var stored = new HashSet<string>();
        for (int i = 0; i < 10; i++)
        {
            // A key that is set again begins with another salt.
            if (i % 5 == 0)
                Set(Page(flags: 0x60));
            _drive.WriteBlock(block);
        }
        Set(Page(encryption: 0, decryption: 1, hasKey: false));
        _drive.Rewind();
        for (int i = 0; i < 10; i++)
        {
            Reply reply = _drive.Send("08 02 000800 00", dataIn: 2048);
            reply.Data.Length.ShouldBe(1056);
            stored.Add(Convert.ToHexString(reply.Data.AsSpan(0, 1000)));
        }
        stored.Count.ShouldBe(10);
    }

    [Fact]
    public void Tells_what_was_set_and_counts_keys()
    {
        ReadStatus().Encryption.ShouldBe(EncryptionMode.Disable);
        Set(Page(kads: Hello, flags: 0x44));
        // As a real drive answers the same page (stenc, tests/scsi.cpp), but that no tape holds encrypted blocks yet, and KAD FORMAT.
        Convert.ToHexString(_drive.Good(Status, dataIn: 512)).ShouldBe("00200024420202010000000113020000000000000000000000" + "01" + "000C48656C6C6F20776F726C6421");
        Set(Page(key: 0x11));
        ReadStatus().KeyInstanceCounter.ShouldBe(2u);
        ReadStatus().KeyAssociatedData.ShouldBeEmpty();
        _drive.WriteBlock(new byte[10]);
        ReadStatus().ContainsEncryptedBlocks.ShouldBeTrue();
    }

    [Fact]
    public void The_volume_statistics_tell_where_encryption_begins()
    {
        string Statistics() => Convert.ToHexString(_drive.Good("4D 00 57 00 00 02 00 04 00 00", dataIn: 1024)[4..18]);
        Statistics().ShouldBe("02000" + "30A0900" + "0000FFFFFFFFFFFF");
        _drive.WriteBlock(new byte[10]);
        Set(Page());
        _drive.WriteBlock(new byte[10]);
        Statistics().ShouldBe("0200030A09000000000000000001");
    }

    [Fact]
    public void Without_a_key_it_cannot_decrypt()
    {
        Set(Page());
        _drive.WriteBlock(new byte[100]);
        Set(Page(encryption: 0, decryption: 0, hasKey: false));
        _drive.Rewind();
        ShouldNotRead(100, "7401");
        // Spacing needs no key.
        _drive.Good("11 00 000001 00");
        _drive.Position().Object.ShouldBe(1ul);
    }

    [Fact]
    public void Another_key_is_an_incorrect_one()
    {
        Set(Page());
        _drive.WriteBlock(new byte[100]);
        Set(Page(key: 0x5A));
        _drive.Rewind();
        ShouldNotRead(100, "7403");
        ReadNext().Encryption.ShouldBe(BlockEncryption.EncryptedWithoutKey);
        Set(Page());
        ReadNext().Encryption.ShouldBe(BlockEncryption.Encrypted);
        Read(100).ShouldBe(new byte[100]);
    }

    [Fact]
    public void Decrypting_it_reads_nothing_that_is_in_clear_but_mixed_does()
    {
        _drive.WriteBlock(CartridgeTesting.Block(1, 100));
        Set(Page());
        _drive.WriteBlock(CartridgeTesting.Block(2, 100));
        _drive.Rewind();
        ShouldNotRead(100, "7402");
        Set(Page(decryption: 3));
        Read(100).ShouldBe(CartridgeTesting.Block(1, 100));
        Read(100).ShouldBe(CartridgeTesting.Block(2, 100));
    }

    [Fact]
    public void A_flipped_bit_is_an_integrity_failure()
    {
        Set(Page());
        _drive.WriteBlock(CartridgeTesting.Block(1, 100));
        _drive.WriteFilemarks(0);
        // The record's own checksum is made right again: only the tag can tell.
        Tampering.FlipInPayload(_drive.CartridgePath, blockLength: 100);
        _drive.Rewind();
        ShouldNotRead(100, "7404");
    }

    [Fact]
    public void The_next_block_tells_its_key()
    {
        Set(Page(kads: Hello + "0100000401020304"));
        _drive.WriteBlock(new byte[10]);
        _drive.WriteFilemarks(1);
        Set(Page(encryption: 0, decryption: 0, hasKey: false));
        _drive.WriteBlock(new byte[10]);
        _drive.Rewind();
        NextBlockEncryptionStatus next = ReadNext();
        next.Encryption.ShouldBe(BlockEncryption.EncryptedWithoutKey);
        next.KeyDescription.ShouldBe("Hello world!");
        next.KadFormat.ShouldBe((byte)2);
        next.KeyAssociatedData[1].Data.ShouldBe([1, 2, 3, 4]);
        _drive.Position().Object.ShouldBe(0ul);
        _drive.Good("11 00 000001 00");
        ReadNext().Encryption.ShouldBe(BlockEncryption.NotABlock);
        _drive.Good("11 01 000001 00");
        ReadNext().ShouldSatisfyAllConditions(
            page => page.Encryption.ShouldBe(BlockEncryption.NotEncrypted), page => page.LogicalObjectId.ShouldBe(2ul));
        _drive.Good("11 00 000001 00");
        ReadNext().Encryption.ShouldBe(BlockEncryption.NotKnownNow);
    }

    [Fact]
    public void Raw_reads_must_be_allowed_for_the_block()
    {
        Set(Page(flags: 0x40));
        _drive.WriteBlock(new byte[100]);
        Set(Page(flags: 0x60));
        _drive.WriteBlock(CartridgeTesting.Block(7, 100));
        Set(Page(encryption: 0, decryption: 1, hasKey: false));
        _drive.Rewind();
        ShouldNotRead(100, "740A");
        ReadNext().IsRawReadDisabled.ShouldBeTrue();
        _drive.Good("11 00 000001 00");
        ReadNext().IsRawReadDisabled.ShouldBeFalse();
        byte[] raw = _drive.Send("08 02 001000 00", dataIn: 4096).Data;
        raw.Length.ShouldBe(100 + 56);

        // What was read raw is written in EXTERNAL mode, and then decrypted by whoever has the key.
        Set(Page(encryption: 1, decryption: 1, hasKey: false));
        _drive.WriteBlock(raw);
        Set(Page());
        _drive.Good("11 00 FFFFFF 00");
        ReadNext().IsExternal.ShouldBeTrue();
        Read(100).ShouldBe(CartridgeTesting.Block(7, 100));
    }

    [Fact]
    public void Blocks_of_the_other_mode_can_be_refused()
    {
        Set(Page());
        _drive.WriteBlock(new byte[100]);
        _drive.Rewind();
        Set(Page(flags: 0xC0));
        ShouldNotRead(100, "7409");
        Set(Page(flags: 0x80));
        Read(100);
    }

    [Fact]
    public void In_external_mode_only_encrypted_blocks_are_taken()
    {
        Set(Page(encryption: 1, decryption: 1, hasKey: false));
        _drive.Check("0A 00 000064 00", "F0 00 07 00000064 0A 00000000 740B 00 000000", new byte[100]);
        _drive.Position().Object.ShouldBe(0ul);
    }

    [Fact]
    public void Blocks_of_other_lengths_than_asked_for_are_whole_before_a_byte_is_given()
    {
        byte[] block = CartridgeTesting.Block(3, 3000);
        Set(Page());
        _drive.WriteBlock(block);
        _drive.Rewind();
        _drive.Send("08 00 001000 00", dataIn: 4096).Data.ShouldBe(block);
        _drive.Rewind();
        _drive.Send("08 00 000010 00", dataIn: 16).Data.ShouldBe(block[..16]);
        _drive.Rewind();
        _drive.Good("13 00 000BB8 00");
    }

    [Fact]
    public void A_block_costs_no_memory()
    {
        Set(Page(kads: Hello));
        byte[] block = CartridgeTesting.Block(1, 65536);
        Cdb write = Cdb.FromBytes(Convert.FromHexString("0A0001000000"));
        Cdb read = Cdb.FromBytes(Convert.FromHexString("080001000000"));
        var sense = new byte[96];
        Allocation.Of(() => Send(write, Capstan.Transport.DataTransfer.ToDevice(block))).ShouldBe(0);
        _drive.Rewind();
        Allocation.Of(() => Send(read, Capstan.Transport.DataTransfer.FromDevice(block))).ShouldBe(0);
        block.ShouldBe(CartridgeTesting.Block(1, 65536));

        void Send(in Cdb cdb, Capstan.Transport.DataTransfer data)
        {
            var context = new CommandContext(cdb.Span, data, sense);
            _drive.Unit.Execute(ref context);
            if (context.Status != ScsiStatus.Good)
                throw new InvalidOperationException(Convert.ToHexString(sense));
        }
    }

    [Fact]
    public void A_machine_without_the_cipher_has_a_drive_without_encryption()
    {
        using var unit = new TapeDriveUnit(new DeviceIdentity("CAP0000001"), MediumType.Lto9) { Encryption = new DriveEncryption { IsSupported = false } };
        using var transport = new LoopbackTransport(unit, "virtual:test");
        var sense = new byte[96];
        var data = new byte[64];
        Capstan.Transport.ScsiCompletion completion = transport.Execute(
            Cdb.FromBytes(Convert.FromHexString("A22000100000000000400000")), Capstan.Transport.DataTransfer.FromDevice(data), sense, TimeSpan.FromSeconds(1));
        completion.Status.ShouldBe(ScsiStatus.CheckCondition);
        Convert.ToHexString(sense, 12, 2).ShouldBe("2400");
        unit.Diagnosis!.ShouldContain("libssl");
    }
}
