using System.Buffers.Binary;
using System.Text;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>READ ATTRIBUTE and WRITE ATTRIBUTE byte by byte (SPC-4 6.17, 6.47, 7.4).</summary>
public sealed class AttributeTests
{
    private const string All = "8C000000000000000000000080000000";
    private const string List = "8C010000000000000000000080000000";
    /// <summary>Fixed format (SPC-4 4.5.3): key, ASC and ASCQ, sense-key specific bytes.</summary>
    private static string Sense(string key, string code, string specific = "000000") => $"7000{key}00000000" + "0A" + "00000000" + code + "00" + specific;

    private static byte[] ValueOf(DriveRig rig, ushort id, byte partition = 0)
    {
        byte[] answer = rig.Good($"8C000000000000{partition:X2}{id:X4}00000800" + "0000", dataIn: 2048);
        BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(4)).ShouldBe(id);
        int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(7));
        return answer[9..(9 + length)];
    }

    private static ulong NumberOf(DriveRig rig, ushort id)
    {
        AttributeText.TryNumber(ValueOf(rig, id), out ulong number).ShouldBeTrue();
        return number;
    }

    /// <summary>A parameter list: length, and each attribute as identifier, format, length, value.</summary>
    private static byte[] ListOf(params (int Id, int Format, byte[] Value)[] attributes)
    {
        var list = new List<byte>([0, 0, 0, 0]);
        foreach ((int id, int format, byte[] value) in attributes)
            list.AddRange([(byte)(id >> 8), (byte)id, (byte)format, (byte)(value.Length >> 8), (byte)value.Length, .. value]);
        BinaryPrimitives.WriteInt32BigEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list), list.Count - 4);
        return [.. list];
    }

    private static string WriteCdb(byte[] list, bool through = true, int partition = 0) =>
        $"8D{(through ? "01" : "00")}0000000000{partition:X2}" + "0000" + $"{list.Length:X8}" + "0000";

    private static byte[] Padded(string text, int length) => Encoding.UTF8.GetBytes(text).Concat(Enumerable.Repeat((byte)' ', length)).Take(length).ToArray();

    [Fact]
    public void The_answer_counts_what_follows_it_and_lists_what_is_there()
    {
        using var rig = new DriveRig();
        byte[] answer = rig.Good(All, dataIn: 32768);
        BinaryPrimitives.ReadUInt32BigEndian(answer).ShouldBe((uint)(answer.Length - 4));
        AttributeData.TryDecode(answer, out AttributeData data).ShouldBeTrue();
        var ids = new List<ushort>();
        foreach (MediumAttribute attribute in data) ids.Add(attribute.Id);
        ids.ShouldBe(ids.Order());
        byte[] list = rig.Good(List, dataIn: 32768);
        AttributeList.TryDecode(list, out AttributeList known).ShouldBeTrue();
        known.Ids.ShouldBe(ids);
        ids.ShouldContain((ushort)0x0401);
        ids.ShouldNotContain((ushort)0x0803);
        AttributeList.TryDecode(rig.Good("8C050000000000000000000080000000", dataIn: 32768), out AttributeList supported).ShouldBeTrue();
        supported.Ids.ShouldContain((ushort)0x0803);
    }

    [Fact]
    public void A_short_allocation_length_cuts_the_answer_and_not_the_count()
    {
        using var rig = new DriveRig();
        byte[] whole = rig.Good(All, dataIn: 32768);
        byte[] cut = rig.Good("8C0000000000000000000000000A0000", dataIn: 10);
        cut.ShouldBe(whole[..10]);
    }

    [Fact]
    public void Volumes_and_partitions()
    {
        using var rig = new DriveRig();
        rig.Good("8C020000000000000000000000040000", dataIn: 4).ShouldBe(new byte[] { 0, 2, 0, 1 });
        rig.Good("8C030000000000000000000000040000", dataIn: 4).ShouldBe(new byte[] { 0, 2, 0, 1 });
    }

    /// <summary>Megabytes are 10^6 bytes, in the partition that the CDB names (SPC-4 7.4.2.2.1).</summary>
    [Fact]
    public void Capacities_in_megabytes()
    {
        using var rig = new DriveRig(capacityBytes: 1_000_000_000, earlyWarningBytes: 1_000_000);
        NumberOf(rig, 0x0000).ShouldBe(1000UL);
        NumberOf(rig, 0x0001).ShouldBe(1000UL);
        for (int i = 0; i < 4; i++)
            rig.WriteBlock(new byte[1_000_000]);
        NumberOf(rig, 0x0000).ShouldBe(995UL);
        NumberOf(rig, 0x0001).ShouldBe(1000UL);
        NumberOf(rig, 0x0220).ShouldBe(4UL);
        NumberOf(rig, 0x0222).ShouldBe(4UL);
        rig.Rewind();
        rig.Good("0800" + "0F4240" + "00", dataIn: 1_000_000);
        NumberOf(rig, 0x0221).ShouldBe(1UL);
    }

    [Fact]
    public void What_the_medium_is()
    {
        using var rig = new DriveRig(worm: true);
        NumberOf(rig, 0x0006).ShouldBe(0x60UL);
        NumberOf(rig, 0x0405).ShouldBe(0x60UL);
        NumberOf(rig, 0x0402).ShouldBe(1035UL);
        NumberOf(rig, 0x0403).ShouldBe(127UL);
        NumberOf(rig, 0x0407).ShouldBe(16384UL);
        ValueOf(rig, 0x0408).ShouldBe(new byte[] { 0x80 });
        Encoding.ASCII.GetString(ValueOf(rig, 0x0401)).Trim().Length.ShouldBe(16);
        Encoding.ASCII.GetString(ValueOf(rig, 0x0400)).ShouldBe("CAPSTAN ");
        ValueOf(rig, 0x0009).Length.ShouldBe(4);
    }

    [Fact]
    public void The_drives_of_the_last_loads()
    {
        using var rig = new DriveRig();
        ValueOf(rig, 0x020A).ShouldBe(new byte[40]);
        rig.Good("1B0000000000");
        rig.Good("1B0000000100");
        rig.Send("000000000000");
        Encoding.ASCII.GetString(ValueOf(rig, 0x020A)).ShouldBe("IBM     CAP0000001".PadRight(40));
        ValueOf(rig, 0x020B).ShouldBe(new byte[40]);
        NumberOf(rig, 0x0003).ShouldBe(1UL);
    }

    /// <summary>The reference is another one after every change of what is recorded, and the same when nothing changed.</summary>
    [Fact]
    public void The_volume_change_reference()
    {
        using var rig = new DriveRig();
        var seen = new HashSet<ulong>();
        void Changed() => seen.Add(NumberOf(rig, 0x0009)).ShouldBeTrue();
        void Same() => seen.Add(NumberOf(rig, 0x0009)).ShouldBeFalse();
        Changed();
        rig.WriteBlock(CartridgeTesting.Block(1, 100));
        Changed();
        rig.Good(WriteCdb(ListOf((0x0800, 1, Padded("X", 8)))), ListOf((0x0800, 1, Padded("X", 8))));
        rig.Rewind();
        Same();
        rig.WriteBlock(CartridgeTesting.Block(2, 100));
        Changed();
        rig.Rewind();
        rig.Good("190000000000");
        Changed();
        rig.WriteFilemarks(1);
        Changed();
        Same();
    }

    [Fact]
    public void What_a_host_writes_comes_back_and_goes_when_its_length_is_zero()
    {
        using var rig = new DriveRig();
        ulong free = NumberOf(rig, 0x0004);
        byte[] list = ListOf((0x0800, 1, Padded("ACME", 8)), (0x0803, 2, Padded("Müll", 160)), (0x0805, 0, [0x81]));
        rig.Good(WriteCdb(list), list);
        ValueOf(rig, 0x0803).ShouldBe(Padded("Müll", 160));
        NumberOf(rig, 0x0004).ShouldBeLessThan(free);
        byte[] delete = ListOf((0x0800, 1, []), (0x0801, 1, []), (0x0803, 2, []), (0x0805, 0, []));
        rig.Good(WriteCdb(delete), delete);
        // SPC-4 6.17.2: an attribute that is not there is an invalid field of the CDB; SKSV, C/D, byte 8.
        rig.Check("8C00000000000000" + "0803" + "00000800" + "0000", Sense("05", "2400", "C00008"), dataIn: 2048);
        NumberOf(rig, 0x0004).ShouldBe(free);
    }

    /// <summary>HP Ultrium SCSI Reference, WRITE ATTRIBUTE: PARAMETER DATA LENGTH is ignored, because it says again what the CDB says.</summary>
    [Fact]
    public void A_host_that_counts_the_length_field_too_is_understood()
    {
        using var rig = new DriveRig();
        byte[] list = ListOf((0x0806, 1, Padded("CAP001L9", 32)));
        list[3] += 4;
        rig.Good(WriteCdb(list), list);
        ValueOf(rig, 0x0806).ShouldBe(Padded("CAP001L9", 32));
    }

    [Theory]
    [InlineData(0x0401, 1, 32, 15)]   // read-only
    [InlineData(0x0009, 0, 4, 15)]    // read-only
    [InlineData(0x0400, 1, 0, 15)]    // read-only, deleted
    [InlineData(0x0BFF, 1, 8, 15)]    // not known
    [InlineData(0x0801, 1, 31, 18)]   // length
    [InlineData(0x0801, 2, 32, 17)]   // format
    public void What_must_not_be_written_is_refused_and_nothing_changes(int id, int format, int length, int pointer)
    {
        using var rig = new DriveRig();
        byte[] list = ListOf((0x0805, 0, [0x81]), (0x0802, 1, []), (id, format, new byte[length]));
        // The refused attribute begins at byte 4 + 6 + 5 = 15; its length is in bytes 3 and 4 of it.
        rig.Check(WriteCdb(list), Sense("05", "2600", $"80{pointer:X4}"), list);
        AttributeList.TryDecode(rig.Good(List, dataIn: 32768), out AttributeList known).ShouldBeTrue();
        known.Ids.ShouldNotContain((ushort)0x0805);
    }

    [Fact]
    public void The_same_attribute_twice_is_refused()
    {
        using var rig = new DriveRig();
        byte[] list = ListOf((0x0805, 0, [0x81]), (0x0805, 0, [0x00]));
        rig.Check(WriteCdb(list), Sense("05", "2600", "80000A"), list);
    }

    [Fact]
    public void A_list_that_ends_in_an_attribute_is_refused()
    {
        using var rig = new DriveRig();
        byte[] list = ListOf((0x0800, 1, Padded("ACME", 8)));
        foreach (int length in new[] { 2, 6, 12, 16 })
            rig.Check(WriteCdb(list[..length]), Sense("05", "1A00"), list[..length]);
    }

    [Fact]
    public void A_full_memory_is_said_and_nothing_changes()
    {
        using var rig = new DriveRig();
        byte[] big = ListOf((0x0800, 1, Padded("ACME", 8)), (0x080C, 0, new byte[9000]));
        rig.Check(WriteCdb(big), Sense("05", "5506"), big);
        Should.Throw<ShouldAssertException>(() => ValueOf(rig, 0x0800));
        byte[] fits = ListOf((0x080C, 0, new byte[8000]));
        rig.Good(WriteCdb(fits), fits);
        NumberOf(rig, 0x0004).ShouldBeLessThan(200UL);
        // What replaces a value counts only with the difference.
        rig.Good(WriteCdb(fits), fits);
    }

    [Fact]
    public void A_protected_cartridge_takes_nothing()
    {
        using var rig = new DriveRig(writeProtected: true);
        byte[] list = ListOf((0x0800, 1, Padded("ACME", 8)));
        rig.Check(WriteCdb(list), Sense("07", "2700"), list);
        rig.Good(All, dataIn: 32768);
    }

    [Fact]
    public void No_such_partition_no_such_volume()
    {
        using var rig = new DriveRig();
        rig.Check("8C00000000000001" + "0000" + "00000800" + "0000", Sense("05", "2400", "C00007"), dataIn: 2048);
        rig.Check("8C00000000010000" + "0000" + "00000800" + "0000", Sense("05", "2400", "C00005"), dataIn: 2048);
    }

    /// <summary>The memory is in the cartridge's shell: HOLD leaves the tape unthreaded and the memory readable (02/3A/04, SSC-4 7.2).</summary>
    [Fact]
    public void The_memory_is_there_while_the_tape_is_not_threaded()
    {
        using var rig = new DriveRig();
        rig.Good("1B0000000800");
        rig.Check("000000000000", Sense("02", "3A04"));
        byte[] list = ListOf((0x0800, 1, Padded("ACME", 8)));
        rig.Good(WriteCdb(list), list);
        ValueOf(rig, 0x0800).ShouldBe(Padded("ACME", 8));
        rig.Good("1B0000000000");
        rig.Check(All, Sense("02", "3A00"), dataIn: 2048);
    }

    [Fact]
    public void Without_a_cartridge_there_is_no_memory()
    {
        using var rig = new DriveRig(loaded: false);
        rig.Check(All, Sense("02", "3A00"), dataIn: 2048);
        byte[] list = ListOf((0x0800, 1, Padded("ACME", 8)));
        rig.Check(WriteCdb(list), Sense("02", "3A00"), list);
    }

    [Fact]
    public void An_empty_list_changes_nothing()
    {
        using var rig = new DriveRig(writeProtected: true);
        rig.Good("8D010000000000000000000000000000");
    }

    /// <summary>Capacity and coherency are of a partition, the rest of the cartridge; formatting clears what was noted of partitions.</summary>
    [Fact]
    public void Each_partition_has_its_own_and_the_cartridge_has_the_rest()
    {
        using var rig = new DriveRig(capacityBytes: 1_000_000_000, earlyWarningBytes: 1_000_000);
        rig.Tape.Format([300_000_000, 700_000_000]).ShouldBe(AppendStatus.Written);
        rig.Good("8C030000000000000000000000040000", dataIn: 4).ShouldBe(new byte[] { 0, 2, 0, 2 });
        ulong Of(byte partition, ushort id) => AttributeText.TryNumber(ValueOf(rig, id, partition), out ulong number) ? number : 0;
        Of(0, 0x0001).ShouldBe(300UL);
        Of(1, 0x0001).ShouldBe(700UL);
    }

    [Fact]
    public void Writing_into_any_partition_changes_the_reference()
    {
        using var rig = new DriveRig(capacityBytes: 1_000_000_000, earlyWarningBytes: 1_000_000);
        rig.Tape.Format([300_000_000, 700_000_000]).ShouldBe(AppendStatus.Written);
        ulong before = NumberOf(rig, 0x0009);
        rig.Tape.GetPartition(1).Append(0, new byte[2_000_000]).Status.ShouldBe(AppendStatus.Written);
        NumberOf(rig, 0x0009).ShouldBeGreaterThan(before);
        NumberOf(rig, 0x0220).ShouldBe(2UL);
        ValueOf(rig, 0x0000, partition: 1).ShouldBe(new byte[] { 0, 0, 0, 0, 0, 0, 0x02, 0xB9 });
        byte[] list = ListOf((0x080C, 0, [1, 2, 3]), (0x0806, 1, Padded("X", 32)));
        rig.Good(WriteCdb(list, partition: 1), list);
        ValueOf(rig, 0x080C, partition: 1).ShouldBe(new byte[] { 1, 2, 3 });
        Should.Throw<ShouldAssertException>(() => ValueOf(rig, 0x080C));
        ValueOf(rig, 0x0806).ShouldBe(Padded("X", 32));
        rig.Tape.Format([1_000_000_000]).ShouldBe(AppendStatus.Written);
        NumberOf(rig, 0x0007).ShouldBe(3UL);
        Should.Throw<ShouldAssertException>(() => ValueOf(rig, 0x080C));
        ValueOf(rig, 0x0806).ShouldBe(Padded("X", 32));
    }

    /// <summary>Flags of the load before, flag 1 in the most significant bit; reading them clears none.</summary>
    [Fact]
    public void The_alerts_of_the_load_before()
    {
        using var rig = new DriveRig();
        rig.Unit.Alerts.Raise(3);
        rig.Unit.Alerts.Raise(60);
        ValueOf(rig, 0x0002).ShouldBe(new byte[8]);
        // Whoever reads the log page clears the flags there; the load had them all the same.
        rig.Unit.Alerts.Clear();
        rig.Good("1B0000000000");
        rig.Good("1B0000000100");
        rig.Send("000000000000");
        for (int i = 0; i < 2; i++)
            ValueOf(rig, 0x0002).ShouldBe(new byte[] { 0x20, 0, 0, 0, 0, 0, 0, 0x10 });
        rig.Good("1B0000000000");
        rig.Good("1B0000000100");
        rig.Send("000000000000");
        ValueOf(rig, 0x0002).ShouldBe(new byte[8]);
    }

    /// <summary>A chip that is damaged is told by the drive: TapeAlert flag 15, and 03/11/12 and 03/0C/0B for who asks it (SPC-4 6.17, 6.47).</summary>
    [Fact]
    public void A_broken_memory_is_told()
    {
        using var rig = new DriveRig();
        rig.Unit.Remove();
        byte[] file = RawFile.ReadAll(rig.CartridgePath);
        file[8192 + 100] ^= 1;
        file[24576 + 100] ^= 1;
        File.WriteAllBytes(rig.CartridgePath, file);
        rig.Unit.Insert(Cartridge.Open(rig.CartridgePath), Capstan.Emulation.Ssc.MediumState.Seated);
        rig.Unit.Thread();
        rig.Send("000000000000");
        rig.Unit.Alerts.Set.Contains(15).ShouldBeTrue();
        rig.Unit.Diagnosis.ShouldNotBeNull().ShouldContain("memory");
        rig.Check(All, Sense("03", "1112"), dataIn: 2048);
        byte[] list = ListOf((0x0805, 0, [0x81]));
        rig.Check(WriteCdb(list), Sense("03", "0C0B"), list);
        rig.WriteBlock(CartridgeTesting.Block(1, 100));
    }

    /// <summary>All ones when no block is encrypted, one less when it is not known (SPC-4 7.4.2.2.9, 7.4.2.2.10).</summary>
    [Fact]
    public void The_first_encrypted_block()
    {
        using var rig = new DriveRig();
        rig.WriteBlock(CartridgeTesting.Block(1, 100));
        ValueOf(rig, 0x0224).ShouldBe(Enumerable.Repeat((byte)0xFF, 8));
        ValueOf(rig, 0x0225).ShouldBe(Enumerable.Repeat((byte)0xFF, 8));
        rig.Tape.AppendEncrypted(1, CartridgeTesting.Block(2, 164), 64, isExternal: false).Status.ShouldBe(AppendStatus.Written);
        NumberOf(rig, 0x0224).ShouldBe(1UL);
        NumberOf(rig, 0x0225).ShouldBe(0xFFFF_FFFF_FFFF_FFFEUL);
    }
}
