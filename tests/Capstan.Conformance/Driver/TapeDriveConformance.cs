using Capstan.Drive;

namespace Capstan.Conformance.Driver;

/// <summary>The production driver over the target: what its callers rely on, whatever the drive behind it leaves out.</summary>
public abstract class TapeDriveConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void OpensAndKnowsTheDrive() => Check("driver", _ => Use(drive =>
    {
        drive.Identity.Vendor.ShouldNotBeEmpty();
        drive.Identity.Product.ShouldNotBeEmpty();
        drive.TestReady().State.ShouldBe(DriveState.Ready);
        BlockLengthLimits limits = drive.ReadBlockLimits();
        limits.Minimum.ShouldBeLessThanOrEqualTo(limits.Maximum);
    }));

    [Fact]
    public void SetsVariableBlocksWhateverWasThere() => Check("driver", device =>
    {
        device.SetBlockLength(512).Good();
        Use(_ => { });
        device.Good("1A 00 3F 00 FF 00", dataIn: 255)[9..12].ShouldBe([0, 0, 0]);
    });

    [Fact]
    public void WritesAndReadsBack() => Check("driver", _ => Use(drive =>
    {
        drive.Rewind();
        drive.BeginWriting();
        for (int i = 1; i <= 5; i++)
            drive.Write(TargetDevice.Block(i, i * 1000)).ShouldBe(WriteOutcome.Written);
        drive.WriteFilemarks(1).ShouldBe(WriteOutcome.Written);
        drive.CheckPosition().ObjectId.ShouldBe(6);
        drive.DurableObjectId.ShouldBe(6);
        drive.Rewind();
        for (int i = 1; i <= 5; i++)
        {
            var buffer = new byte[i * 1000];
            drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, i * 1000));
            buffer.ShouldBe(TargetDevice.Block(i, i * 1000));
        }
    }));

    [Fact]
    public void LearnsTheLengthOfAShorterBlock() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive =>
        {
            drive.Rewind();
            drive.Read(new byte[4096]).ShouldBe(new ReadOutcome(ReadKind.Block, 100));
            drive.Read(new byte[4096]).ShouldBe(new ReadOutcome(ReadKind.Block, 200));
        });
    });

    [Fact]
    public void LearnsTheLengthOfALongerBlock() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive =>
        {
            drive.Rewind();
            drive.Read(new byte[40]).ShouldBe(new ReadOutcome(ReadKind.Overlength, 100));
        });
    });

    /// <summary>What is not told must not be guessed: the length is right, or the driver says that it cannot be known.</summary>
    [Fact]
    public void NeverGuessesALength() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive =>
        {
            drive.Rewind();
            var buffer = new byte[4096];
            try
            {
                drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 100));
                buffer[..100].ShouldBe(TargetDevice.Block(1, 100));
            }
            catch (TapeCommandException e)
            {
                e.Message.ShouldContain("cannot be told");
            }
        });
    });

    [Fact]
    public void MeetsFilemarksAndEndOfData() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive =>
        {
            drive.Locate(3);
            drive.Read(new byte[1000]).Kind.ShouldBe(ReadKind.Filemark);
            drive.LocateEndOfData().ObjectId.ShouldBe(8);
            drive.Read(new byte[1000]).Kind.ShouldBe(ReadKind.EndOfData);
        });
    });

    [Fact]
    public void LocatesObjects() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive =>
        {
            foreach (int target in new[] { 5, 0, 7, 8, 2 })
            {
                drive.Locate(target);
                drive.ReadPosition().ObjectId.ShouldBe(target);
            }
            var buffer = new byte[300];
            drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 300));
            buffer.ShouldBe(TargetDevice.Block(3, 300));
        });
    });

    [Fact]
    public void LocateBehindEndOfDataIsAnError() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive => Should.Throw<TapeException>(() => drive.Locate(100)));
    });

    [Fact]
    public void SpacesAndSaysWhatStoppedIt() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive =>
        {
            drive.Rewind();
            drive.SpaceBlocks(5).ShouldBe(new SpaceOutcome(SpaceStop.Filemark, 2));
            drive.SpaceFilemarks(5).ShouldBe(new SpaceOutcome(SpaceStop.EndOfData, 4));
            drive.SpaceFilemarks(-5).ShouldBe(new SpaceOutcome(SpaceStop.BeginningOfPartition, 3));
            drive.ReadPosition().ObjectId.ShouldBe(0);
        });
    });

    [Fact]
    public void AppendsAtEndOfData() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive =>
        {
            drive.LocateEndOfData().ObjectId.ShouldBe(8);
            drive.BeginWriting();
            drive.Write(TargetDevice.Block(9, 900)).ShouldBe(WriteOutcome.Written);
            drive.WriteFilemarks(1).ShouldBe(WriteOutcome.Written);
            drive.CheckPosition().ObjectId.ShouldBe(10);
            drive.Locate(8);
            var buffer = new byte[900];
            drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 900));
            buffer.ShouldBe(TargetDevice.Block(9, 900));
        });
    });

    [Fact]
    public void UnloadsAndLoads() => Check("driver", device =>
    {
        device.WriteTwoFiles();
        Use(drive =>
        {
            drive.Unload();
            drive.TestReady().State.ShouldNotBe(DriveState.Ready);
            drive.Load();
            drive.ReadPosition().ObjectId.ShouldBe(0);
            var buffer = new byte[100];
            drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 100));
            buffer.ShouldBe(TargetDevice.Block(1, 100));
        });
    });

    private void Use(Action<TapeDrive> body)
    {
        using TapeDrive drive = TapeDrive.Open(new BorrowedTransport(Fixture.Transport));
        drive.WaitUntilReady();
        body(drive);
    }
}
