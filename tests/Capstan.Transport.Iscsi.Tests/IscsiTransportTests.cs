using Capstan.Scsi;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>Against tgt's tape and disk, on this machine, without any kernel driver.</summary>
public sealed class IscsiTransportTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly Tgt _tgt;
    private readonly byte[] _sense = new byte[ScsiCompletion.SenseBufferLength];

    public IscsiTransportTests()
    {
        Tgt.Require();
        _tgt = new Tgt();
    }

    public void Dispose() => _tgt.Dispose();

    private static IscsiSettings Settings => new() { ReconnectPatience = TimeSpan.FromSeconds(10), LoginTimeout = TimeSpan.FromSeconds(10) };

    private static IscsiSettings Chap(string secret = Tgt.Secret, string? targetSecret = null) => new()
    {
        Chap =
        [
            new IscsiChap
            {
                Target = Tgt.Guarded, User = Tgt.User, Secret = secret,
                TargetUser = targetSecret is null ? null : Tgt.TargetUser, TargetSecret = targetSecret,
            },
        ],
    };

    private ScsiCompletion Send(IscsiTransport transport, byte[] cdb, DataTransfer data, TimeSpan? timeout = null) =>
        transport.Execute(Cdb.FromBytes(cdb), data, _sense, timeout ?? Timeout);

    private SenseData Sense(ScsiCompletion completion)
    {
        SenseData.TryDecode(_sense.AsSpan(0, completion.SenseLength), out SenseData sense).ShouldBeTrue();
        return sense;
    }

    private static byte[] Write6(int length) => [0x0A, 0, (byte)(length >> 16), (byte)(length >> 8), (byte)length, 0];

    private static byte[] Read6(int length) => [0x08, 0, (byte)(length >> 16), (byte)(length >> 8), (byte)length, 0];

    private static readonly byte[] Rewind = [0x01, 0, 0, 0, 0, 0];
    private static readonly byte[] TestUnitReady = [0, 0, 0, 0, 0, 0];

    /// <summary>tgt tells every new nexus of a power-on; this takes the news, and wants variable blocks.</summary>
    private IscsiTransport OpenReady(IscsiSettings? settings = null)
    {
        IscsiTransport transport = IscsiTransport.Open(_tgt.Tape, settings ?? Settings);
        for (int attempt = 0; attempt < 4 && Send(transport, TestUnitReady, DataTransfer.None).Status != ScsiStatus.Good; attempt++)
        {
        }

        Send(transport, [0x15, 0x10, 0, 0, 12, 0], DataTransfer.ToDevice([0, 0, 0x10, 8, 0, 0, 0, 0, 0, 0, 0, 0])).Status.ShouldBe(ScsiStatus.Good);
        return transport;
    }

    private static byte[] Block(int length, int seed)
    {
        var block = new byte[length];
        new Random(seed).NextBytes(block);
        return block;
    }

    [Fact]
    public void A_wrong_target_is_named_with_the_remedy()
    {
        var exception = Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(new IscsiAddress(_tgt.Portal, "iqn.2026-11.test.capstan:other", 1), Settings));
        exception.Fault.ShouldBe(TransportFault.NotFound);
        exception.Message.ShouldContain("iqn.2026-11.test.capstan:other");
        exception.Message.ShouldContain("capstan scan --portal");
    }

    [Fact]
    public void A_wrong_LUN_is_named_with_the_remedy()
    {
        var exception = Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(_tgt.Tape with { LogicalUnitNumber = 77 }, Settings));
        exception.Fault.ShouldBe(TransportFault.NotFound);
        exception.Message.ShouldContain("no LUN 77");
    }

    [Fact]
    public void A_port_where_nobody_listens_is_not_found()
    {
        _tgt.Kill();
        var exception = Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(_tgt.Tape, Settings));
        exception.Fault.ShouldBe(TransportFault.NotFound);
        exception.Message.ShouldContain($"127.0.0.1:{_tgt.Port}");
    }

    [Fact]
    public void Without_a_secret_the_guarded_target_stays_closed()
    {
        Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(_tgt.GuardedTape, Settings)).Fault.ShouldBe(TransportFault.PermissionDenied);
    }

    [Fact]
    public void A_wrong_secret_is_refused_and_not_repeated_in_the_message()
    {
        var exception = Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(_tgt.GuardedTape, Chap("not-the-secret-at-all")));
        exception.Fault.ShouldBe(TransportFault.PermissionDenied);
        exception.Message.ShouldNotContain("not-the-secret");
        exception.Message.ShouldContain("docs/iscsi.md");
    }

    [Fact]
    public void The_right_secret_opens_it()
    {
        using IscsiTransport transport = IscsiTransport.Open(_tgt.GuardedTape, Chap());
        transport.Name.ShouldBe($"iscsi://127.0.0.1:{_tgt.Port}/{Tgt.Guarded}/1");
    }

    [Fact]
    public void Both_sides_can_prove_themselves()
    {
        using IscsiTransport transport = IscsiTransport.Open(_tgt.GuardedTape, Chap(targetSecret: Tgt.TargetSecret));
        transport.MaxTransferBytes.ShouldBeGreaterThanOrEqualTo(8 << 20);
    }

    [Fact]
    public void A_target_that_cannot_prove_itself_is_refused()
    {
        var exception = Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(_tgt.GuardedTape, Chap(targetSecret: "it-does-not-know-this")));
        exception.Fault.ShouldBe(TransportFault.PermissionDenied);
        exception.Message.ShouldContain("did not prove");
    }

    /// <summary>A target without CHAP must not get away with it when a proof is wanted.</summary>
    [Fact]
    public void A_target_that_skips_the_proof_is_refused()
    {
        var settings = new IscsiSettings
        {
            Chap = [new IscsiChap { Target = "*", User = Tgt.User, Secret = Tgt.Secret, TargetUser = Tgt.TargetUser, TargetSecret = Tgt.TargetSecret }],
        };
        Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(_tgt.Tape, settings)).Fault.ShouldBe(TransportFault.PermissionDenied);
    }

    [Theory]
    [InlineData(IscsiHeaderDigest.None)]
    [InlineData(IscsiHeaderDigest.Preferred)]
    [InlineData(IscsiHeaderDigest.Required)]
    public void Blocks_of_a_mebibyte_and_of_odd_lengths_come_back_byte_by_byte(IscsiHeaderDigest digest)
    {
        using IscsiTransport transport = OpenReady(new IscsiSettings { HeaderDigest = digest });
        int[] lengths = [1 << 20, 1, 511, (1 << 20) - 3, 262144, 262145, 4 << 20, 65536];
        for (int i = 0; i < lengths.Length; i++)
            Send(transport, Write6(lengths[i]), DataTransfer.ToDevice(Block(lengths[i], i))).ShouldSatisfyAllConditions(
                completion => completion.Status.ShouldBe(ScsiStatus.Good),
                completion => completion.Residual.ShouldBe(0));
        Send(transport, Rewind, DataTransfer.None).Status.ShouldBe(ScsiStatus.Good);
        for (int i = 0; i < lengths.Length; i++)
        {
            var buffer = new byte[lengths[i]];
            Send(transport, Read6(lengths[i]), DataTransfer.FromDevice(buffer)).Status.ShouldBe(ScsiStatus.Good);
            buffer.AsSpan().SequenceEqual(Block(lengths[i], i)).ShouldBeTrue($"block {i} of {lengths[i]} bytes");
        }
    }

    [Fact]
    public void A_short_answer_has_its_residual_and_leaves_the_rest_alone()
    {
        using IscsiTransport transport = OpenReady();
        var buffer = new byte[255];
        buffer.AsSpan().Fill(0xA5);
        ScsiCompletion completion = Send(transport, [0x12, 0, 0, 0, 255, 0], DataTransfer.FromDevice(buffer));
        completion.Status.ShouldBe(ScsiStatus.Good);
        int length = buffer[4] + 5;
        completion.Residual.ShouldBe(255 - length);
        buffer[length..].ShouldAllBe(value => value == 0xA5);
    }

    [Fact]
    public void A_disk_reports_what_it_has_and_refuses_with_sense()
    {
        using IscsiTransport transport = IscsiTransport.Open(_tgt.Disk, Settings);
        Send(transport, TestUnitReady, DataTransfer.None);
        // READ(10) of a block far behind the end of one MiB.
        ScsiCompletion completion = Send(transport, [0x28, 0, 0x7F, 0, 0, 0, 0, 0, 1, 0], DataTransfer.FromDevice(new byte[512]));
        completion.Status.ShouldBe(ScsiStatus.CheckCondition);
        SenseData sense = Sense(completion);
        sense.Key.ShouldBe(SenseKey.IllegalRequest);
        sense.Code.ShouldBe(SenseCode.LogicalBlockAddressOutOfRange);
    }

    [Fact]
    public void The_unit_attention_of_a_new_session_is_delivered()
    {
        using IscsiTransport transport = IscsiTransport.Open(_tgt.Tape, Settings);
        ScsiCompletion completion = Send(transport, TestUnitReady, DataTransfer.None);
        completion.Status.ShouldBe(ScsiStatus.CheckCondition);
        Sense(completion).Key.ShouldBe(SenseKey.UnitAttention);
    }

    [Fact]
    public void A_target_that_does_not_answer_in_time_is_a_timeout_and_the_next_command_logs_in_again()
    {
        using IscsiTransport transport = OpenReady();
        _tgt.Pause();
        var exception = Should.Throw<ScsiTransportException>(() => { Send(transport, Rewind, DataTransfer.None, TimeSpan.FromSeconds(1)); });
        exception.Fault.ShouldBe(TransportFault.TimedOut);
        exception.Message.ShouldContain("may have been carried out");
        _tgt.Continue();
        Send(transport, [0x12, 0, 0, 0, 36, 0], DataTransfer.FromDevice(new byte[36])).Status.ShouldBe(ScsiStatus.Good);
        transport.Reconnections.ShouldBe(1);
    }

    [Fact]
    public void A_killed_target_is_a_lost_command_and_after_its_return_a_unit_attention()
    {
        using IscsiTransport transport = OpenReady();
        _tgt.Pause();
        // The command is on its way when the target dies.
        using var killer = new Timer(_ => _tgt.Kill(), null, 500, System.Threading.Timeout.Infinite);
        var exception = Should.Throw<ScsiTransportException>(() => { Send(transport, Write6(1 << 20), DataTransfer.ToDevice(new byte[1 << 20])); });
        exception.Fault.ShouldBe(TransportFault.Lost);
        exception.Message.ShouldContain("may have been carried out");
        _tgt.Start();
        ScsiCompletion completion = Send(transport, TestUnitReady, DataTransfer.None);
        completion.Status.ShouldBe(ScsiStatus.CheckCondition);
        Sense(completion).Key.ShouldBe(SenseKey.UnitAttention);
        transport.Reconnections.ShouldBe(1);
    }

    [Fact]
    public void A_session_that_was_lost_while_idle_is_told_once_and_nothing_was_sent()
    {
        using IscsiTransport transport = OpenReady();
        _tgt.Kill();
        _tgt.Start();
        var exception = Should.Throw<ScsiTransportException>(() => { Send(transport, Write6(512), DataTransfer.ToDevice(new byte[512])); });
        exception.Fault.ShouldBe(TransportFault.Lost);
        exception.Message.ShouldContain("was not sent");
        Sense(Send(transport, TestUnitReady, DataTransfer.None)).Key.ShouldBe(SenseKey.UnitAttention);
    }

    [Fact]
    public void A_target_that_stays_away_is_given_up_in_bounded_time()
    {
        using IscsiTransport transport = OpenReady(new IscsiSettings { ReconnectPatience = TimeSpan.FromMilliseconds(600) });
        _tgt.Kill();
        Should.Throw<ScsiTransportException>(() => { Send(transport, TestUnitReady, DataTransfer.None); }).Fault.ShouldBe(TransportFault.Lost);
        var exception = Should.Throw<ScsiTransportException>(() => { Send(transport, TestUnitReady, DataTransfer.None); });
        exception.Fault.ShouldBe(TransportFault.Lost);
        exception.Message.ShouldContain("could not be made again");
        _tgt.Start();
        Sense(Send(transport, TestUnitReady, DataTransfer.None)).Key.ShouldBe(SenseKey.UnitAttention);
    }

    [Fact]
    public void Who_decides_connects_again_and_nothing_is_sent_by_that()
    {
        using IscsiTransport transport = OpenReady();
        ITransportRecovery recovery = transport.Recovery;
        recovery.HearsEveryUnitAttention.ShouldBeTrue();
        recovery.TryReconnect(out _).ShouldBeTrue();
        transport.Reconnections.ShouldBe(0);
        _tgt.Kill();
        recovery.TryReconnect(out string problem).ShouldBeFalse();
        problem.ShouldContain("no iSCSI portal answers");
        _tgt.Start();
        recovery.TryReconnect(out problem).ShouldBeTrue();
        problem.ShouldBeEmpty();
        transport.Reconnections.ShouldBe(1);
        // The unit attention of the new session still waits for whoever sends the first command.
        Sense(Send(transport, TestUnitReady, DataTransfer.None)).Key.ShouldBe(SenseKey.UnitAttention);
        transport.Dispose();
        Should.Throw<ObjectDisposedException>(() => recovery.TryReconnect(out _));
    }

    [Fact]
    public void More_than_a_command_carries_is_refused_before_it_is_sent()
    {
        using IscsiTransport transport = OpenReady();
        Should.Throw<ScsiTransportException>(() => { Send(transport, TestUnitReady, DataTransfer.FromDevice(new byte[transport.MaxTransferBytes + 1])); })
            .Fault.ShouldBe(TransportFault.NotSent);
        Send(transport, TestUnitReady, DataTransfer.None).Status.ShouldBe(ScsiStatus.Good);
    }

    [Fact]
    public void A_portal_lists_targets_and_logical_units()
    {
        IReadOnlyList<IscsiLogicalUnit> units = IscsiScan.Run(_tgt.Portal, Settings);
        IscsiLogicalUnit tape = units.Single(unit => unit.Device == _tgt.Tape.ToString());
        tape.DeviceType.ShouldBe(1);
        tape.Vendor.ShouldBe("IET");
        tape.SerialNumber.ShouldNotBeNull();
        units.Single(unit => unit.Device == _tgt.Disk.ToString()).DeviceType.ShouldBe(0);
        IscsiLogicalUnit changer = units.Single(unit => unit.DeviceType == 8);
        changer.Device.ShouldBe((_tgt.Tape with { LogicalUnitNumber = 300 }).ToString());
        changer.Product.ShouldBe("VIRTUAL-CHANGER");
        IscsiLogicalUnit closed = units.Single(unit => unit.TargetName == Tgt.Guarded);
        closed.Device.ShouldBeNull();
        closed.Problem.ShouldNotBeNull();
    }
}
