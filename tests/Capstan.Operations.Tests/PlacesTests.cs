using Capstan.Operations.Diagnostics;
using Capstan.Operations.Erasing;
using Capstan.Operations.Movement;
using Capstan.Operations.Places;
using Capstan.Operations.Reservations;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Operations.Tests;

/// <summary>`drive access-order|wraps|verify|append-only|capacity`, `reserve --legacy`, `self-test --buffer --pages`; every call opens the library anew.</summary>
public sealed class PlacesTests : IDisposable
{
    private static readonly Consent Yes = new(true, null, null, null);

    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void The_drive_orders_what_it_is_asked_for()
    {
        WriteFiles(_rig, 6);
        AccessOrderReport report = PlacesOperation.AccessOrder(_rig.Context, new AccessOrderRequest(null, [new(7, 8), new(0, 0), new(3, 3)]));
        report.Order.ShouldBe([new(7, 8), new(0, 0), new(3, 3)], ignoreOrder: true);
        report.From.ShouldBe(12);
        OperationException e = Should.Throw<OperationException>(() => PlacesOperation.AccessOrder(_rig.Context, new AccessOrderRequest(null, [new(7, 800)])));
        e.Status.ShouldBe(ExitStatus.Tape);
        e.Message.ShouldContain("behind the end of data of partition 0");
    }

    [Fact]
    public void Wraps_of_a_blank_tape_are_none()
    {
        PlacesOperation.Wraps(_rig.Context, null).Wraps.ShouldBeEmpty();
        WriteFiles(_rig, 2);
        PlacesOperation.Wraps(_rig.Context, null).Wraps.ShouldBe([new WrapReport(0, 0, 3)]);
    }

    [Fact]
    public void What_a_generation_lacks_is_said_so()
    {
        using var half = new Rig(model: "ibm-lto9-hh");
        Refused(() => PlacesOperation.AccessOrder(half.Context, new AccessOrderRequest(null, [new(0, 0)]))).ShouldContain("cannot put reads in order");
        using var old = new Rig(model: "ibm-lto4");
        Refused(() => PlacesOperation.Wraps(old.Context, null)).ShouldContain("cannot tell where its wraps end");
        Refused(() => AppendOnlyOperation.Status(old.Context, null)).ShouldContain("cannot be set to append only");
        Refused(() => PlacesOperation.Verify(old.Context, new DriveVerifyRequest(null, 1), CancellationToken.None)).ShouldContain("cannot verify by filemarks");
    }

    [Fact]
    public void Files_are_verified_from_where_the_tape_stands()
    {
        WriteFiles(_rig, 3);
        MoveOperation.Run(_rig.Context, new MoveRequest(null, TapeMove.Rewind), CancellationToken.None);
        DriveVerifyReport one = PlacesOperation.Verify(_rig.Context, new DriveVerifyRequest(null, 1), CancellationToken.None);
        (one.Files, one.EndedBy, one.To!.ObjectId).ShouldBe((1, "filemark", 2));
        DriveVerifyReport rest = PlacesOperation.Verify(_rig.Context, new DriveVerifyRequest(null, null), CancellationToken.None);
        (rest.Files, rest.EndedBy, rest.To!.ObjectId, rest.Status).ShouldBe((2, "end of data", 6, ExitStatus.Success));
        DriveVerifyReport missing = PlacesOperation.Verify(_rig.Context, new DriveVerifyRequest(null, 1), CancellationToken.None);
        missing.Status.ShouldBe(ExitStatus.Failed);
        missing.Reason!.ShouldContain("the data end behind 0 of 1 filemarks");
    }

    [Fact]
    public void A_block_that_cannot_be_read_is_named()
    {
        string tree = _rig.Tree("source");
        byte[] content = new byte[3_000_000];
        new Random(5).NextBytes(content);
        File.WriteAllBytes(Path.Combine(tree, "a"), content);
        _rig.Backup(tree);
        // Random content is in the cartridge's file as it is; a byte of it is turned.
        byte[] file = File.ReadAllBytes(_rig.CartridgePath);
        int at = file.AsSpan().IndexOf(content.AsSpan(1_500_000, 64));
        at.ShouldBeGreaterThan(0);
        file[at + 7] ^= 1;
        File.WriteAllBytes(_rig.CartridgePath, file);
        MoveOperation.Run(_rig.Context, new MoveRequest(null, TapeMove.Rewind), CancellationToken.None);
        OperationException e = Should.Throw<OperationException>(() => PlacesOperation.Verify(_rig.Context, new DriveVerifyRequest(null, null), CancellationToken.None));
        e.Status.ShouldBe(ExitStatus.Damaged);
        e.Message.ShouldMatch(@"It is object \d+ of partition 0");
    }

    [Fact]
    public void Append_only_mode_and_its_permission_outlive_the_process()
    {
        WriteFiles(_rig, 2);
        AppendOnlyOperation.Status(_rig.Context, null).AppendOnly.ShouldBeFalse();
        Should.Throw<OperationException>(() => AppendOnlyOperation.Allow(_rig.Context, null, format: false)).Message.ShouldContain("not in append-only mode");
        AppendOnlyOperation.Set(_rig.Context, null, isOn: true).AppendOnly.ShouldBeTrue();
        AppendOnlyOperation.Status(_rig.Context, null).AppendOnly.ShouldBeTrue();
        OperationException e = Should.Throw<OperationException>(() => AppendOnlyOperation.Set(_rig.Context, null, isOn: false));
        e.Status.ShouldBe(ExitStatus.Tape);
        e.Message.ShouldContain("capstan drive eject");
        var weof = new WeofRequest(null, 1, OverwriteLabelled: true);
        Should.Throw<OperationException>(() => WeofOperation.Run(_rig.Context, weof, CancellationToken.None)).Message.ShouldContain("append-only allow");
        MoveOperation.Run(_rig.Context, new MoveRequest(null, TapeMove.Rewind), CancellationToken.None);
        AppendOnlyReport allowed = AppendOnlyOperation.Allow(_rig.Context, null, format: false);
        (allowed.Allowed, allowed.Position!.ObjectId).ShouldBe(("here", 0));
        WeofOperation.Run(_rig.Context, weof, CancellationToken.None).Position!.ObjectId.ShouldBe(1);
        // Once.
        MoveOperation.Run(_rig.Context, new MoveRequest(null, TapeMove.Rewind), CancellationToken.None);
        Should.Throw<OperationException>(() => WeofOperation.Run(_rig.Context, weof, CancellationToken.None)).Status.ShouldBe(ExitStatus.Tape);
        DriveOperations.Eject(_rig.Context, null);
        AppendOnlyOperation.Set(_rig.Context, null, isOn: false).AppendOnly.ShouldBeFalse();
    }

    [Fact]
    public void A_format_in_append_only_mode_has_to_be_permitted()
    {
        WriteFiles(_rig, 2);
        AppendOnlyOperation.Set(_rig.Context, null, isOn: true);
        var format = new FormatRequest(null, null, [], false, true, Yes);
        Should.Throw<OperationException>(() => FormatOperation.Run(_rig.Context, format, CancellationToken.None)).Message.ShouldContain("append-only");
        AppendOnlyOperation.Allow(_rig.Context, null, format: true).Allowed.ShouldBe("format");
        FormatOperation.Run(_rig.Context, format, CancellationToken.None).State.ShouldBe("done");
        PlacesOperation.Wraps(_rig.Context, null).Wraps.ShouldBeEmpty();
    }

    [Fact]
    public void A_tape_is_shortened_and_made_long_again()
    {
        WriteFiles(_rig, 2);
        long whole = CapacityOperation.Show(_rig.Context, null).CapacityBytes;
        var request = new SetCapacityRequest(null, 25, Yes with { ExpectBarcode = "OTHER" });
        Should.Throw<OperationException>(() => CapacityOperation.Set(_rig.Context, request, CancellationToken.None)).Message.ShouldContain("not OTHER");
        Should.Throw<OperationException>(() => CapacityOperation.Set(_rig.Context, request with { Consent = new Consent(false, null, null, null) }, CancellationToken.None))
            .Message.ShouldContain("say --yes");
        PlacesOperation.Wraps(_rig.Context, null).Wraps.ShouldNotBeEmpty("nothing was changed");
        CapacityOperation.Set(_rig.Context, request with { Consent = Yes }, CancellationToken.None).How.ShouldBe("SET CAPACITY, 25 % of the tape");
        CapacityOperation.Show(_rig.Context, null).CapacityBytes.ShouldBeInRange(whole / 5, whole * 3 / 10);
        PlacesOperation.Wraps(_rig.Context, null).Wraps.ShouldBeEmpty();
        CapacityOperation.Set(_rig.Context, new SetCapacityRequest(null, 100, Yes), CancellationToken.None);
        CapacityOperation.Show(_rig.Context, null).CapacityBytes.ShouldBe(whole);
    }

    [Fact]
    public void The_older_reservation_outlives_the_process_and_excludes_the_newer()
    {
        ReservationOperation.Legacy(_rig.Context, null, reserves: true).Command.ShouldBe("RESERVE(10)");
        Refused(() => ReservationOperation.Show(_rig.Context, null)).ShouldContain("release --legacy");
        ReservationOperation.Legacy(_rig.Context, null, reserves: false).Command.ShouldBe("RELEASE(10)");
        ReservationOperation.Reserve(_rig.Context, new ReserveRequest(null, 0xAB));
        Refused(() => ReservationOperation.Legacy(_rig.Context, null, reserves: true)).ShouldContain("registered: 0x00000000000000ab");
    }

    [Fact]
    public void The_buffer_and_the_pages_are_told()
    {
        SelfTestReport report = DiagnosticOperation.SelfTest(_rig.Context, new SelfTestRequest(null, Buffer: true, Pages: true));
        report.Buffer.ShouldBe(new BufferReport("echo buffer", 4096, 5, 4096));
        report.Pages!.ShouldHaveSingleItem().ShouldBe(new DiagnosticPageReport(0, "supported diagnostic pages", "0000000100"));
    }

    /// <summary>As tgt's drive answers.</summary>
    [Fact]
    public void What_a_drive_cannot_do_is_said_so()
    {
        var refusal = new SenseData { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidCommandOperationCode };
        _rig.Wrap = inner => new FaultInjectingTransport(inner,
            [.. new byte[] { 0x56, 0x16, 0x3C, 0x1C, 0x13, 0x0B }.Select(code => new Fault(1, code) { Status = ScsiStatus.CheckCondition, Sense = refusal, Count = 1000 })]);
        Refused(() => ReservationOperation.Legacy(_rig.Context, null, reserves: true)).ShouldContain("cannot keep itself for one host (RESERVE)");
        Refused(() => DiagnosticOperation.SelfTest(_rig.Context, new SelfTestRequest(null, Buffer: true))).ShouldContain("cannot have its buffer checked");
        Refused(() => DiagnosticOperation.SelfTest(_rig.Context, new SelfTestRequest(null, Pages: true))).ShouldContain("cannot give diagnostic pages");
        Refused(() => PlacesOperation.Verify(_rig.Context, new DriveVerifyRequest(null, 1), CancellationToken.None)).ShouldContain("cannot verify by filemarks");
        Refused(() => CapacityOperation.Set(_rig.Context, new SetCapacityRequest(null, 50, Yes), CancellationToken.None)).ShouldContain("cannot change the capacity");
    }

    private static void WriteFiles(Rig rig, int count)
    {
        using OpenedDriveScope scope = new(rig);
        scope.Drive.WaitUntilReady();
        scope.Drive.BeginWriting();
        for (int i = 0; i < count; i++)
        {
            scope.Drive.Write(new byte[1000]);
            scope.Drive.WriteFilemarks(1);
        }
    }

    private static string Refused(Action act)
    {
        OperationException e = Should.Throw<OperationException>(act);
        e.Status.ShouldBe(ExitStatus.Device);
        return e.Message;
    }

    private sealed class OpenedDriveScope(Rig rig) : IDisposable
    {
        internal Capstan.Drive.TapeDrive Drive { get; } = Capstan.Drive.TapeDrive.Open(rig.Open(null, rig).Transport);

        public void Dispose() => Drive.Dispose();
    }
}
