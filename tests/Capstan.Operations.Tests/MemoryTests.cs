using Capstan.Emulation.Library;
using Capstan.Operations.Memory;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Operations.Tests;

/// <summary>The cartridge's memory in operations: what backups note there, what users see and set, and what a failure costs.</summary>
public sealed class MemoryTests
{
    private static string? ValueOf(MemoryReport report, string key) => report.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value;

    private static MemoryReport List(Rig rig, byte partition = 0) => MemoryOperation.List(rig.Context, null, partition);

    private static string Source(Rig rig)
    {
        string source = rig.Tree("source");
        File.WriteAllText(Path.Combine(source, "file"), "content");
        return source;
    }

    private static readonly SenseData Refusal = new() { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidCommandOperationCode };

    [Fact]
    public void A_backup_notes_whose_tape_it_is()
    {
        using var rig = new Rig();
        BackupReport backup = rig.Backup(Source(rig));
        backup.Status.ShouldBe(ExitStatus.Success);
        MemoryReport memory = List(rig);
        ValueOf(memory, "application-vendor").ShouldBe("CAPSTAN");
        ValueOf(memory, "application-name").ShouldBe("Capstan");
        ValueOf(memory, "user-medium-text-label").ShouldBe(backup.Tape);
        ValueOf(memory, "barcode").ShouldBe("CAP001L9");
        ValueOf(memory, "owning-host-textual-name").ShouldBe(Environment.MachineName);
        ValueOf(memory, "application-format-version").ShouldBe("1");
        ValueOf(memory, "text-localization-identifier").ShouldBe("UTF-8");
        ValueOf(memory, "media-pool").ShouldBeNull();
        DateTime.ParseExact(ValueOf(memory, "date-and-time-last-written")!, "yyyy-MM-dd HH:mm", null, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal)
            .ShouldBeInRange(rig.Context.Time.GetUtcNow().UtcDateTime.AddMinutes(-10), rig.Context.Time.GetUtcNow().UtcDateTime.AddMinutes(1));
        rig.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void A_pool_that_somebody_gave_the_cartridge_stays_and_another_programs_goes()
    {
        using var rig = new Rig();
        MemoryOperation.Set(rig.Context, null, 0, ["pool=monthly"]);
        rig.Backup(Source(rig));
        ValueOf(List(rig), "media-pool").ShouldBe("monthly");
        MemoryOperation.Set(rig.Context, null, 0, ["application=LTFS"]);
        rig.Backup(Source(rig));
        ValueOf(List(rig), "media-pool").ShouldBeNull();
        ValueOf(List(rig), "application-name").ShouldBe("Capstan");
    }

    [Theory]
    [InlineData(0x8C)]
    [InlineData(0x8D)]
    public void A_drive_without_memory_gets_its_backup_and_one_note(byte operationCode)
    {
        using var rig = new Rig();
        rig.Wrap = inner => new FaultInjectingTransport(inner, [new Fault(1, operationCode) { Count = 100, Status = ScsiStatus.CheckCondition, Sense = Refusal }]);
        string source = Source(rig);
        rig.Backup(source).Status.ShouldBe(ExitStatus.Success);
        rig.Notes.Count(note => note.Contains("memory was not updated", StringComparison.Ordinal)).ShouldBe(1);
        rig.Wrap = static inner => inner;
        rig.ShouldRestore("latest", source);
    }

    /// <summary>Whatever command of the memory fails, however it does: the backup is whole.</summary>
    [Theory]
    [InlineData(0x8D, 1, SenseKey.MediumError, 0x0C, 0x0B)]
    [InlineData(0x8D, 2, SenseKey.MediumError, 0x0C, 0x0B)]
    [InlineData(0x8D, 1, SenseKey.IllegalRequest, 0x55, 0x06)]
    [InlineData(0x8D, 1, SenseKey.DataProtect, 0x27, 0x00)]
    [InlineData(0x8C, 1, SenseKey.MediumError, 0x11, 0x12)]
    [InlineData(0x8D, 1, SenseKey.HardwareError, 0x44, 0x00)]
    [InlineData(0x8D, 1, SenseKey.AbortedCommand, 0x00, 0x00)]
    public void A_memory_that_fails_never_costs_the_backup(byte operationCode, int command, SenseKey key, byte asc, byte ascq)
    {
        using var rig = new Rig();
        rig.Wrap = inner => new FaultInjectingTransport(inner, [new Fault(command, operationCode)
        {
            Status = ScsiStatus.CheckCondition,
            Sense = new SenseData { Key = key, Code = new SenseCode(asc, ascq) },
        }]);
        string source = Source(rig);
        rig.Backup(source).Status.ShouldBe(ExitStatus.Success);
        rig.Wrap = static inner => inner;
        rig.ShouldRestore("latest", source);
    }

    [Fact]
    public void A_drive_that_lacks_one_attribute_gets_the_others()
    {
        using var rig = new Rig();
        rig.Wrap = static inner => new Picky(inner, 0x080B);
        rig.Backup(Source(rig)).Status.ShouldBe(ExitStatus.Success);
        rig.Notes.ShouldBeEmpty();
        rig.Wrap = static inner => inner;
        MemoryReport memory = List(rig);
        ValueOf(memory, "application-format-version").ShouldBeNull();
        ValueOf(memory, "user-medium-text-label").ShouldBe("CAP001L9");
    }

    [Fact]
    public void What_is_set_is_shown_and_deleted()
    {
        using var rig = new Rig();
        MemoryReport set = MemoryOperation.Set(rig.Context, null, 0, ["Label=Müll", "volume-lock=1"]);
        set.Attributes.Select(attribute => attribute.Key).ShouldBe(["user-medium-text-label", "volume-lock"]);
        rig.Notes.ShouldHaveSingleItem().ShouldContain("UTF-8");
        MemoryReport shown = MemoryOperation.Show(rig.Context, null, 0, ["0803"]);
        shown.Attributes.ShouldHaveSingleItem().Value.ShouldBe("Müll");
        shown.Label.ShouldBe("Müll");
        shown.VolumeLock.ShouldBe("locked");
        MemoryOperation.Delete(rig.Context, null, 0, ["label", "pool"]);
        Should.Throw<OperationException>(() => MemoryOperation.Show(rig.Context, null, 0, ["label"])).Status.ShouldBe(ExitStatus.Failed);
    }

    [Theory]
    [InlineData("serial=1", "cannot be written")]
    [InlineData("nothing=1", "no attribute")]
    [InlineData("label", "NAME=VALUE")]
    [InlineData("vendor=MUCHTOOLONG", "8 bytes")]
    public void What_cannot_be_set_is_a_mistake_of_the_command_line(string assignment, string said)
    {
        using var rig = new Rig();
        OperationException e = Should.Throw<OperationException>(() => MemoryOperation.Set(rig.Context, null, 0, ["pool=x", assignment]));
        e.Status.ShouldBe(ExitStatus.Usage);
        e.Message.ShouldContain(said);
        ValueOf(List(rig), "media-pool").ShouldBeNull();
    }

    [Fact]
    public void The_same_twice_is_a_mistake()
    {
        using var rig = new Rig();
        Should.Throw<OperationException>(() => MemoryOperation.Set(rig.Context, null, 0, ["label=a", "0803=b"])).Status.ShouldBe(ExitStatus.Usage);
    }

    [Fact]
    public void No_such_partition_no_tape_no_command()
    {
        using var rig = new Rig();
        Should.Throw<OperationException>(() => List(rig, partition: 3)).Status.ShouldBe(ExitStatus.Tape);
        rig.Wrap = static inner => new FaultInjectingTransport(inner, [new Fault(1, 0x8C) { Status = ScsiStatus.CheckCondition, Sense = Refusal }]);
        OperationException cannot = Should.Throw<OperationException>(() => List(rig));
        cannot.Status.ShouldBe(ExitStatus.Device);
        cannot.Message.ShouldContain("cannot read a cartridge's memory");
        rig.Wrap = static inner => inner;
        DriveOperations.Eject(rig.Context, null);
        Should.Throw<OperationException>(() => List(rig)).Status.ShouldBe(ExitStatus.Tape);
    }

    [Fact]
    public void Coherency_is_current_until_something_is_written()
    {
        using var rig = new Rig();
        string reference = List(rig).Attributes.Single(attribute => attribute.Key == "volume-change-reference").Hex;
        MemoryOperation.Set(rig.Context, null, 0, [$"coherency=04 {reference} 0000000000000001 0000000000000005 0000"]);
        List(rig).Coherency!.IsCurrent.ShouldBe(true);
        List(rig).Coherency!.SetIdentifier.ShouldBe(5UL);
        rig.Backup(Source(rig));
        List(rig).Coherency!.IsCurrent.ShouldBe(false);
    }

    [Fact]
    public void A_saved_answer_needs_no_drive()
    {
        byte[] values = Convert.FromHexString("0000001A" + "0400810008" + "46554A4946494C4D" + "0803020008" + "4C4142454C000000");
        MemoryReport report = MemoryOperation.Decode(values, "saved.hex", []);
        report.Label.ShouldBe("LABEL");
        report.Attributes.Count.ShouldBe(2);
        MemoryOperation.Decode(values, "saved.hex", ["0400"]).Attributes.ShouldHaveSingleItem().Value.ShouldBe("FUJIFILM");
        MemoryOperation.Decode(Convert.FromHexString("00000004" + "04000803"), "saved.hex", []).Attributes.Select(attribute => attribute.Key)
            .ShouldBe(["medium-manufacturer", "user-medium-text-label"]);
        Should.Throw<OperationException>(() => MemoryOperation.Decode([1, 2, 3], "saved.hex", [])).Message.ShouldStartWith("saved.hex: ");
    }

    /// <summary>A tape that cannot be used still has a name: that in its memory.</summary>
    [Fact]
    public void An_error_about_the_tape_names_the_cartridge()
    {
        using var rig = new Rig();
        MemoryOperation.Set(rig.Context, null, 0, ["label=OFFSITE-7"]);
        using (VirtualLibrary library = VirtualLibrary.Open(rig.LibraryPath))
            library.SetWriteProtect("CAP001L9", true);
        OperationException e = Should.Throw<OperationException>(() => rig.Backup(Source(rig)));
        e.Status.ShouldBe(ExitStatus.Tape);
        e.Message.ShouldEndWith("(The cartridge in the drive is OFFSITE-7, barcode CAP001L9.)");
    }

    [Theory]
    [InlineData("OFFSITE-7", "CAP001L9", "S1", "OFFSITE-7, barcode CAP001L9")]
    [InlineData("CAP001L9", "CAP001L9", "S1", "CAP001L9")]
    [InlineData(null, "CAP001L9", "S1", "barcode CAP001L9")]
    [InlineData("OFFSITE-7", null, "S1", "OFFSITE-7")]
    [InlineData(null, null, "S1", "cartridge of serial number S1")]
    [InlineData(null, null, null, "an unknown cartridge")]
    public void Names_for_questions(string? label, string? barcode, string? serial, string text) =>
        new CartridgeNames(label, barcode, serial, null).ToString().ShouldBe(text);

    /// <summary>A drive that refuses every list with one attribute in it (05/26/00), as one that lacks it does.</summary>
    private sealed class Picky(IScsiTransport inner, ushort id) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (cdb.OperationCode != WriteAttribute.OperationCode || !AttributeData.OfList(data.ToDeviceBuffer).TryFind(id, out _))
                return inner.Execute(cdb, data, sense, timeout);
            int length = new SenseData { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidFieldInParameterList }.Encode(sense);
            return new ScsiCompletion(ScsiStatus.CheckCondition, length, 0);
        }

        public void Dispose() => inner.Dispose();
    }
}
