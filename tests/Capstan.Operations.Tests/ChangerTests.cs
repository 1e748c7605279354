using Capstan.Changer;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Operations.Changer;
using Capstan.Scsi;
using Capstan.Tests;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>Operations on a library whose changer has ways of its own.</summary>
public sealed class ChangerTests : IDriveSource, IOperationListener, IDisposable
{
    /// <summary>Element address of the first drive.</summary>
    private const int Drive0 = 0x100;

    private readonly TestDirectory _directory = new();
    private readonly List<VirtualLibrary> _libraries = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _sent = [];
    private readonly OperationContext _context;
    private Func<Cdb, string?> _instead = static _ => null;
    private Func<Cdb, byte[], byte[]> _edit = static (_, answer) => answer;
    private Func<int, string> _serial = static number => "none";

    public ChangerTests()
        : this("generic")
    {
    }

    private ChangerTests(string model, bool withCleaner = false)
    {
        _context = new OperationContext(_directory.File("home"), this, this, new ProgressCounters(), new InstantTime());
        VirtualLibrary.Create(_directory.File("library"), new LibraryOptions
        {
            Cartridges = [new CartridgeBatch(3, Emulation.Cartridges.MediumType.Parse("L9")!), .. withCleaner ? (CartridgeBatch[])[new CartridgeBatch(1, Emulation.Cartridges.MediumType.Cleaning)] : []],
            Changer = VirtualChangerModel.Find(model),
            StorageElements = 5,
            ImportExportElements = VirtualChangerModel.Find(model)!.MaxImportExport == 0 ? 0 : 1,
            MoreDrives = VirtualChangerModel.Find(model)!.MaxDrives == 1 ? [] : [VirtualDriveModel.Default],
            CapacityBytes = 50_000_000,
            IsSynchronous = false,
        });
        VirtualLibrary library = Library();
        _serial = number => library.IdentityOf(number).SerialNumber;
    }

    public void Dispose()
    {
        foreach (VirtualLibrary library in _libraries)
            library.Dispose();
        _directory.Dispose();
    }

    OpenedDrive IDriveSource.Open(string? device, IOperationListener listener) => throw new InvalidOperationException("no drive is named here");

    OpenedChanger IDriveSource.OpenChanger(string? changer, bool isAlone, IOperationListener listener) =>
        new(new OddTransport(Library().OpenChanger("changer"), cdb =>
        {
            _sent.Add(Convert.ToHexString(cdb.Span));
            return _instead(cdb);
        }, (cdb, answer) => _edit(cdb, answer)), "changer", "default", () =>
            [.. Enumerable.Range(0, Library().DriveCount).Select(number => new DriveCandidate($"drive:{number}", _serial(number), () =>
                new OpenedDrive(VirtualLibrary.OpenDrive(_directory.File("library"), $"drive:{number}", _context.Time, drive: number), $"drive:{number}", "default", null, [])))]);

    void IOperationListener.Phase(string what)
    {
    }

    void IOperationListener.Note(string text) => _notes.Add(text);

    void IOperationListener.Problem(string path, string text) => _notes.Add(text);

    /// <summary>The same on every kind of changer: without EXCHANGE MEDIUM, without identifiers, with drives that have to unload themselves.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Every_model_is_worked_with(string model)
    {
        using var library = new ChangerTests(model);
        library.Run(ChangerVerb.Load, ["CAP001L9"]).Moves.ShouldHaveSingleItem();
        ChangerStatusReport status = ChangerOperations.Status(library._context, null, CancellationToken.None);
        status.Drives[0].Barcode.ShouldBe("CAP001L9");
        status.Drives[0].Source.ShouldBe(1);
        status.Slots.Select(slot => slot.Barcode).ShouldBe([null, "CAP002L9", "CAP003L9", null, null]);
        library.Run(ChangerVerb.Load, ["2"]).Moves.Select(move => $"{move.Barcode} > {move.To.Name}").ShouldBe(["CAP001L9 > slot 1", "CAP002L9 > drive 0"]);
        library.Run(ChangerVerb.Exchange, ["CAP003L9", "drive0"]);
        ChangerOperations.Status(library._context, null, CancellationToken.None).Slots.Select(slot => slot.Barcode).ShouldBe(["CAP001L9", null, "CAP002L9", null, null]);
        library.Run(ChangerVerb.Unload, [], to: "5");
        library.Run(ChangerVerb.Transfer, ["CAP003L9", "2"]);
        if (status.MailSlots.Count > 0)
        {
            library.Run(ChangerVerb.Export, ["CAP003L9"]).Moves.ShouldHaveSingleItem().To.Name.ShouldBe("mail slot 6");
            library.Run(ChangerVerb.Import, []).Moves.ShouldHaveSingleItem().To.Name.ShouldBe("slot 2");
        }

        ChangerOperations.Inventory(library._context, null, 1, 3, fast: false, CancellationToken.None)
            .Slots.Select(slot => slot.Barcode).ShouldBe(["CAP001L9", "CAP003L9", "CAP002L9", null, null]);
        ChangerOperations.Inquiry(library._context, null, CancellationToken.None).Elements.Sum(range => range.Count)
            .ShouldBe(5 + 1 + status.Drives.Count + status.MailSlots.Count);
        if (status.Drives.All(drive => drive.Serial is not null))
            status.Drives.Select(drive => drive.Device).ShouldBe(Enumerable.Range(0, status.Drives.Count).Select(number => $"drive:{number}"));
    }

    public static TheoryData<string> Models => [.. VirtualChangerModel.All.Select(model => model.Name)];

    /// <summary>Oracle's libraries say 3A/00, IBM's and Quantum's 53/02: the drive has to unload, found by its serial number.</summary>
    [Theory]
    [InlineData("05/3A/00")]
    [InlineData("05/53/02")]
    [InlineData("05/3B/90")]
    [InlineData("04/53/00")]
    public void A_drive_that_holds_its_tape_unloads_it(string sense)
    {
        Run(ChangerVerb.Load, ["CAP001L9"], drive: 1).Moves.ShouldHaveSingleItem();
        int refusals = 1;
        _instead = cdb => cdb.Span[0] == 0xA5 && refusals-- > 0 ? sense : null;
        Run(ChangerVerb.Unload, [], drive: 1).Moves.ShouldHaveSingleItem().To.Name.ShouldBe("slot 1");
        _notes.ShouldContain("drive 1 (drive:1) unloaded its tape");
    }

    [Fact]
    public void A_drive_that_nobody_knows_is_named_in_the_error()
    {
        Run(ChangerVerb.Load, ["CAP001L9"]);
        string serial = _serial(0);
        _serial = static _ => "another";
        ChangerOperations.EjectBeforeUnload(_context, null, EjectMode.Always, CancellationToken.None).Mode.ShouldBe("always");
        OperationException e = Should.Throw<OperationException>(() => Run(ChangerVerb.Unload, []));
        e.Status.ShouldBe(ExitStatus.Device);
        e.Message.ShouldContain($"serial {serial}");
        e.Message.ShouldContain("--device");
        e.Message.ShouldEndWith("CAP001L9 is in drive 0.");
        // Who says that it is not to be ejected is believed.
        ChangerOperations.EjectBeforeUnload(_context, null, EjectMode.Never, CancellationToken.None);
        Run(ChangerVerb.Unload, []).Moves.ShouldHaveSingleItem();
    }

    /// <summary>The second of two moves fails: the message says where both cartridges are, and that is true.</summary>
    [Fact]
    public void A_failure_in_the_middle_tells_where_everything_is()
    {
        Run(ChangerVerb.Load, ["CAP001L9"]);
        int moves = 0;
        _instead = cdb => cdb.Span[0] == 0xA5 && ++moves == 2 ? "04/15/01" : null;
        OperationException e = Should.Throw<OperationException>(() => Run(ChangerVerb.Load, ["CAP002L9"]));
        e.Status.ShouldBe(ExitStatus.Device);
        e.Message.ShouldContain("a failure of its hardware");
        e.Message.ShouldContain("CAP002L9 is in slot 2. CAP001L9 is in slot 1.");
        _instead = static _ => null;
        ChangerOperations.Status(_context, null, CancellationToken.None).Slots.Select(slot => slot.Barcode).ShouldBe(["CAP001L9", "CAP002L9", "CAP003L9", null, null]);
    }

    [Fact]
    public void A_changer_without_exchange_does_it_in_three_moves_and_says_so()
    {
        Run(ChangerVerb.Load, ["CAP001L9"]);
        _instead = static cdb => cdb.Span[0] == 0xA6 ? "05/20/00" : null;
        ChangerMoveReport report = Run(ChangerVerb.Exchange, ["CAP002L9", "drive0"]);
        report.Moves.Select(move => $"{move.Barcode} {move.From.Name} > {move.To.Name}").ShouldBe(
            ["CAP001L9 drive 0 > slot 1", "CAP002L9 slot 2 > drive 0", "CAP001L9 slot 1 > slot 2"]);
        report.Remark.ShouldNotBeNull().ShouldContain("no EXCHANGE MEDIUM");
    }

    [Fact]
    public void A_tape_that_somebody_took_meanwhile_is_not_taken_for_another()
    {
        int attentions = 1;
        _instead = cdb =>
        {
            if (cdb.Span[0] != 0xA5 || attentions-- <= 0)
                return null;
            // Behind our back another one comes into the slot.
            using MediaChanger other = MediaChanger.Open(Library().OpenChanger());
            LibraryStatus status = other.ReadStatus();
            other.Exchange(status.Place(1)!, status.Place(2)!, status.Place(1)!, status.Place(5)!);
            return "06/28/01";
        };
        OperationException e = Should.Throw<OperationException>(() => Run(ChangerVerb.Load, ["CAP001L9"]));
        e.Message.ShouldContain("Nothing was moved");
        e.Message.ShouldEndWith("CAP001L9 is in slot 2.");
    }

    [Fact]
    public void Cleaning_needs_a_cleaning_cartridge()
    {
        Should.Throw<OperationException>(() => Run(ChangerVerb.Clean, [])).Message.ShouldContain("no cleaning cartridge in a slot");
        Should.Throw<OperationException>(() => Run(ChangerVerb.Clean, ["CAP001L9"])).Message.ShouldContain("no cleaning cartridge: their labels begin with CLN");
    }

    [Fact]
    public void A_drive_is_cleaned_and_the_cartridge_brought_back()
    {
        using var library = new ChangerTests("generic", withCleaner: true);
        library.Run(ChangerVerb.Load, ["CAP001L9"], drive: 1);
        ChangerMoveReport report = library.Run(ChangerVerb.Clean, [], drive: 1);
        report.Moves.Select(move => $"{move.From.Name} > {move.To.Name}").ShouldBe(["drive 1 > slot 1", "slot 4 > drive 1", "drive 1 > slot 4"]);
        report.Moves[1].Barcode!.ShouldStartWith("CLN");
        report.Remark.ShouldNotBeNull().ShouldContain("CAP001L9 was taken out of drive 1");
        // No longer than a quarter of an hour, whatever the drive says.
        (library._context.Time.GetUtcNow() - new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero)).ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(17));
    }

    /// <summary>The cartridge in the drive is the one that moves second: the drive unloads it then, and nothing is moved twice.</summary>
    [Theory]
    [InlineData("drive0", "CAP002L9")]
    [InlineData("CAP002L9", "drive0")]
    public void An_exchange_by_moves_out_of_a_drive_that_holds_its_tape(string first, string second)
    {
        Run(ChangerVerb.Load, ["CAP001L9"]);
        int refusals = 1;
        _instead = cdb => cdb.Span[0] == 0xA6 ? "05/20/00"
            : cdb.Span[0] == 0xA5 && (cdb.Span[4] << 8 | cdb.Span[5]) == Drive0 && refusals-- > 0 ? "05/53/02"
            : null;
        Run(ChangerVerb.Exchange, [first, second]).Moves.Count.ShouldBe(3);
        _notes.ShouldContain("drive 0 (drive:0) unloaded its tape");
        ChangerStatusReport status = ChangerOperations.Status(_context, null, CancellationToken.None);
        status.Drives[0].Barcode.ShouldBe("CAP002L9");
        status.Slots.Select(slot => slot.Barcode).ShouldBe([null, "CAP001L9", "CAP003L9", null, null]);
    }

    /// <summary>A changer that gives each drive the same identifier must not make another drive unload.</summary>
    [Fact]
    public void A_serial_number_that_two_drives_have_names_neither()
    {
        _edit = static (cdb, answer) =>
        {
            // Of two drives (DVCID): 16 bytes of headers, then the descriptors with the identifier at byte 12.
            if (cdb.Span[0] != 0xB8 || (cdb.Span[6] & 1) == 0)
                return answer;
            int length = answer[10] << 8 | answer[11];
            answer.AsSpan(16 + 12, length - 12).CopyTo(answer.AsSpan(16 + length + 12));
            return answer;
        };
        ChangerOperations.Status(_context, null, CancellationToken.None).Drives.ShouldAllBe(drive => drive.Device == null);
        Run(ChangerVerb.Load, ["CAP001L9"], drive: 1);
        Run(ChangerVerb.Load, ["CAP002L9"], drive: 0);
        ChangerOperations.EjectBeforeUnload(_context, null, EjectMode.Always, CancellationToken.None);
        Should.Throw<OperationException>(() => Run(ChangerVerb.Unload, [], drive: 1)).Message.ShouldContain("of 2 drives");
    }

    [Fact]
    public void Two_devices_with_the_serial_number_of_a_drive_are_named()
    {
        string serial = _serial(0);
        _serial = _ => serial;
        Run(ChangerVerb.Load, ["CAP001L9"]);
        ChangerOperations.EjectBeforeUnload(_context, null, EjectMode.Always, CancellationToken.None);
        Should.Throw<OperationException>(() => Run(ChangerVerb.Unload, [])).Message.ShouldContain("drive:0 and drive:1");
    }

    /// <summary>A label may look like a number. What was meant is taken, or it is asked; never another tape.</summary>
    [Fact]
    public void Labels_of_digits_are_labels()
    {
        _edit = (cdb, answer) => Relabel(Relabel(answer, "CAP002L9", "000003L9"), "CAP003L9", "4       ");
        Run(ChangerVerb.Load, ["000003"]).Moves.ShouldHaveSingleItem().From.Name.ShouldBe("slot 2");
        Run(ChangerVerb.Unload, []);
        Run(ChangerVerb.Load, ["3"]).Moves.ShouldHaveSingleItem().Barcode.ShouldBe("4");
        Run(ChangerVerb.Unload, []);
        OperationException e = Should.Throw<OperationException>(() => Run(ChangerVerb.Load, ["4"]));
        e.Status.ShouldBe(ExitStatus.Usage);
        e.Message.ShouldContain("'4' is slot 4, and the label of the cartridge in slot 3");
        Run(ChangerVerb.Transfer, ["slot3", "4"]).Moves.ShouldHaveSingleItem().Barcode.ShouldBe("4");
        Run(ChangerVerb.Load, ["4"]).Moves.ShouldHaveSingleItem().From.Name.ShouldBe("slot 4");
    }

    [Fact]
    public void Labels_with_spaces_and_labels_that_are_no_text()
    {
        _edit = (cdb, answer) => Relabel(Relabel(answer, "CAP002L9", "A 002 L9"), "CAP003L9", "CAP\u00fc3L9");
        ChangerOperations.Status(_context, null, CancellationToken.None).Slots.Select(slot => (slot.Full, slot.Barcode)).ShouldBe(
            [(true, "CAP001L9"), (true, "A 002 L9"), (true, null), (false, null), (false, null)]);
        Run(ChangerVerb.Load, ["a 002 l9"]).Moves.ShouldHaveSingleItem().From.Name.ShouldBe("slot 2");
        ChangerMoveReport report = Run(ChangerVerb.Load, ["3"]);
        report.Moves.Select(move => $"{move.Barcode ?? "?"} > {move.To.Name}").ShouldBe(["A 002 L9 > slot 2", "? > drive 0"]);
    }

    [Fact]
    public void A_label_that_two_cartridges_have_is_told_with_both_places()
    {
        _edit = (cdb, answer) => Relabel(answer, "CAP002L9", "CAP001L9");
        Should.Throw<OperationException>(() => Run(ChangerVerb.Load, ["CAP001L9"])).Message.ShouldContain("in slot 1 (CAP001L9), slot 2 (CAP001L9)");
        _instead = static cdb => cdb.Span[0] == 0xA5 ? "04/15/01" : null;
        Should.Throw<OperationException>(() => Run(ChangerVerb.Load, ["1"])).Message.ShouldEndWith("CAP001L9 is in slot 1 and slot 2.");
    }

    /// <summary>Where the changer does not tell where a cartridge came from, it does not take the place of one that has a home.</summary>
    [Fact]
    public void A_cartridge_without_a_home_takes_nobody_elses()
    {
        Run(ChangerVerb.Load, ["CAP001L9"], drive: 1);
        Run(ChangerVerb.Load, ["CAP002L9"], drive: 0);
        _edit = static (cdb, answer) =>
        {
            // SVALID of the first drive.
            if (cdb.Span[0] == 0xB8 && (cdb.Span[1] & 0xF) == 4 && (answer[16] << 8 | answer[17]) == Drive0)
                answer[16 + 9] &= 0x7F;
            return answer;
        };
        Run(ChangerVerb.Unload, [], drive: 0).Moves.ShouldHaveSingleItem().To.Name.ShouldBe("slot 2");
        Run(ChangerVerb.Unload, [], drive: 1).Moves.ShouldHaveSingleItem().To.Name.ShouldBe("slot 1");
    }

    [Fact]
    public void A_tape_that_was_ejected_already_is_taken_out()
    {
        ChangerOperations.EjectBeforeUnload(_context, null, EjectMode.Always, CancellationToken.None);
        Run(ChangerVerb.Load, ["CAP001L9"]);
        using (var drive = Drive.TapeDrive.Open(VirtualLibrary.OpenDrive(_directory.File("library"), "drive:0", _context.Time, drive: 0), _context.Time))
            drive.Unload();
        Run(ChangerVerb.Unload, []).Moves.ShouldHaveSingleItem().To.Name.ShouldBe("slot 1");
    }

    /// <summary>Some libraries bring a cleaning cartridge back by themselves.</summary>
    [Fact]
    public void A_cleaning_cartridge_that_went_home_by_itself()
    {
        using var library = new ChangerTests("generic", withCleaner: true);
        var clock = (InstantTime)library._context.Time;
        int waits = 0;
        clock.OnWait = () =>
        {
            if (++waits != 60)
                return;
            using MediaChanger other = MediaChanger.Open(library.Library().OpenChanger());
            LibraryStatus status = other.ReadStatus();
            if (status.Drive(1)!.IsFull)
                other.Move(status.Drive(1)!, status.Place(4)!);
        };
        int polls = 0;
        library._edit = (cdb, answer) =>
        {
            // Until then the drive does not give it out: ACCESS of the second drive.
            if (cdb.Span[0] == 0xB8 && (cdb.Span[1] & 0xF) == 4 && ++polls > 0 && waits < 60)
                answer[16 + (answer[3] == 1 ? 0 : answer[10] << 8 | answer[11]) + 2] &= 0xF7;
            return answer;
        };
        ChangerMoveReport report = library.Run(ChangerVerb.Clean, [], drive: 1);
        report.Moves.Select(move => $"{move.From.Name} > {move.To.Name}").ShouldBe(["slot 4 > drive 1"]);
        report.Remark.ShouldNotBeNull().ShouldContain("slot 4");
    }

    /// <summary>Who stopped the program is told why the move failed all the same.</summary>
    [Fact]
    public void A_failure_is_told_also_when_it_shall_stop()
    {
        using var stop = new CancellationTokenSource();
        bool isBroken = false;
        _instead = cdb =>
        {
            if (cdb.Span[0] == 0xA5)
            {
                stop.Cancel();
                isBroken = true;
                return "04/15/01";
            }

            return isBroken && cdb.Span[0] == 0xB8 ? "02/04/01" : null;
        };
        Should.Throw<OperationException>(() => ChangerMoveOperation.Run(_context, new ChangerMoveRequest(null, ChangerVerb.Load, ["CAP001L9"]), stop.Token))
            .Message.ShouldContain("a failure of its hardware");
    }

    /// <summary>Another label of the same length in whatever answer it stands; one byte a character.</summary>
    private static byte[] Relabel(byte[] answer, string label, string other)
    {
        for (int at; (at = answer.AsSpan().IndexOf(System.Text.Encoding.Latin1.GetBytes(label))) >= 0;)
            System.Text.Encoding.Latin1.GetBytes(other).CopyTo(answer, at);
        return answer;
    }

    private ChangerMoveReport Run(ChangerVerb verb, string[] what, string? to = null, int drive = 0) =>
        ChangerMoveOperation.Run(_context, new ChangerMoveRequest(null, verb, what, to, drive), CancellationToken.None);

    private VirtualLibrary Library()
    {
        VirtualLibrary library = VirtualLibrary.Open(_directory.File("library"), _context.Time, drive: null);
        _libraries.Add(library);
        return library;
    }
}
