using Capstan.Scsi;
using Capstan.Transport.Tests;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>What every transport promises, kept by the one to tgt's disk (which is ready at once).</summary>
public sealed class IscsiContractTests : TransportContract, IDisposable
{
    private readonly Tgt _tgt;

    public IscsiContractTests()
    {
        Tgt.Require();
        _tgt = new Tgt();
    }

    public void Dispose() => _tgt.Dispose();

    protected override IScsiTransport Open()
    {
        IscsiTransport transport = IscsiTransport.Open(_tgt.Disk, new IscsiSettings());
        // The unit attention of the new session.
        transport.Execute(Cdb.FromBytes([0, 0, 0, 0, 0, 0]), DataTransfer.None, new byte[ScsiCompletion.SenseBufferLength], TimeSpan.FromSeconds(30));
        return transport;
    }
}

/// <summary>A target that pings quiet initiators, and drops those that do not answer.</summary>
public sealed class IscsiKeepaliveTests : IDisposable
{
    private readonly Tgt _tgt;

    public IscsiKeepaliveTests()
    {
        Tgt.Require();
        _tgt = new Tgt(tapeMegabytes: 1, nopIntervalSeconds: 1);
    }

    public void Dispose() => _tgt.Dispose();

    [Fact]
    public void A_quiet_session_answers_the_targets_pings()
    {
        using IscsiTransport transport = IscsiTransport.Open(_tgt.Disk, new IscsiSettings { IdleServiceInterval = TimeSpan.FromMilliseconds(200) });
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        Cdb testUnitReady = Cdb.FromBytes([0, 0, 0, 0, 0, 0]);
        transport.Execute(in testUnitReady, DataTransfer.None, sense, TimeSpan.FromSeconds(30));
        Thread.Sleep(6000);
        transport.Execute(in testUnitReady, DataTransfer.None, sense, TimeSpan.FromSeconds(30)).Status.ShouldBe(ScsiStatus.Good);
        transport.Reconnections.ShouldBe(0);
    }

    /// <summary>The test above can fail: without an answer this target does drop the session.</summary>
    [Fact]
    public void A_session_that_does_not_answer_is_dropped()
    {
        using IscsiTransport transport = IscsiTransport.Open(_tgt.Disk, new IscsiSettings { IdleServiceInterval = TimeSpan.FromHours(1) });
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        Thread.Sleep(6000);
        Should.Throw<ScsiTransportException>(() =>
        {
            transport.Execute(Cdb.FromBytes([0, 0, 0, 0, 0, 0]), DataTransfer.None, sense, TimeSpan.FromSeconds(30));
        }).Fault.ShouldBe(TransportFault.Lost);
    }
}
