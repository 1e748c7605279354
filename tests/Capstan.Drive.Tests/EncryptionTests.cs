using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Drive.Tests;

public class EncryptionTests
{
    private static readonly byte[] KeyBytes = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static readonly EncryptionSettings On = new()
    {
        Writes = EncryptionOfWrites.On, Reads = EncryptionOfReads.On, Description = "offsite 2026",
    };

    private static void WriteOne(TapeDrive drive, byte[] block)
    {
        drive.BeginWriting();
        drive.Write(block);
        drive.WriteFilemarks(1);
        drive.Rewind();
    }

    [Fact]
    public void Set_written_read_and_told()
    {
        using VirtualDrive rig = new VirtualDrive().Ready();
        using var key = new EncryptionKey(KeyBytes);
        EncryptionState status = rig.Drive.SetEncryption(On, key);
        status.Key.ShouldBe("offsite 2026");
        rig.Drive.IsEncrypting.ShouldBeTrue();
        rig.Drive.EncryptionKeyDescription.ShouldBe("offsite 2026");
        byte[] block = VirtualDrive.Block(1, 5000);
        WriteOne(rig.Drive, block);
        NextBlockEncryptionStatus next = rig.Drive.ReadNextBlockEncryption()!.Value;
        next.Encryption.ShouldBe(BlockEncryption.Encrypted);
        next.KeyDescription.ShouldBe("offsite 2026");
        var buffer = new byte[5000];
        rig.Drive.Read(buffer).Length.ShouldBe(5000);
        buffer.ShouldBe(block);
        rig.Drive.SetEncryption(EncryptionSettings.Off).Writes.ShouldBe(EncryptionOfWrites.Off);
        rig.Drive.IsEncrypting.ShouldBeFalse();
    }

    [Fact]
    public void Without_a_key_the_error_names_the_key_that_is_needed()
    {
        using VirtualDrive rig = new VirtualDrive().Ready();
        using var key = new EncryptionKey(KeyBytes);
        rig.Drive.SetEncryption(On, key);
        WriteOne(rig.Drive, new byte[100]);
        rig.Drive.SetEncryption(EncryptionSettings.Off);
        TapeEncryptionException none = Should.Throw<TapeEncryptionException>(() => rig.Drive.Read(new byte[100]));
        none.Fault.ShouldBe(EncryptionFault.NoKey);
        none.KeyDescription.ShouldBe("offsite 2026");
        none.Message.ShouldContain("object 0 is encrypted, and the drive has no key for it. Its key is described as 'offsite 2026'.");
        using var other = new EncryptionKey(new byte[32]);
        rig.Drive.SetEncryption(On with { Description = "onsite" }, other);
        TapeEncryptionException wrong = Should.Throw<TapeEncryptionException>(() => rig.Drive.Read(new byte[100]));
        wrong.Fault.ShouldBe(EncryptionFault.WrongKey);
        wrong.Message.ShouldContain("another key than the drive has ('onsite'). Its key is described as 'offsite 2026'.");
        rig.Drive.ReadPosition().ObjectId.ShouldBe(0);
    }

    [Fact]
    public void A_block_in_clear_is_refused_by_a_drive_that_only_decrypts()
    {
        using VirtualDrive rig = new VirtualDrive().Ready();
        WriteOne(rig.Drive, new byte[100]);
        using var key = new EncryptionKey(KeyBytes);
        rig.Drive.SetEncryption(On, key);
        TapeEncryptionException error = Should.Throw<TapeEncryptionException>(() => rig.Drive.Read(new byte[100]));
        error.Fault.ShouldBe(EncryptionFault.NotEncrypted);
        error.Message.ShouldContain("encryption mixed");
        rig.Drive.SetEncryption(On with { Reads = EncryptionOfReads.Mixed }, key);
        rig.Drive.Read(new byte[100]).Kind.ShouldBe(ReadKind.Block);
    }

    [Fact]
    public void The_algorithm_index_is_the_drives_own()
    {
        string path = Path.Combine(Path.GetTempPath(), $"capstan-index-{Guid.NewGuid():N}");
        VirtualDriveModel model = VirtualDriveModel.All.First(model => model.EncryptionAlgorithmIndex == 0);
        VirtualLibrary.Create(path, new LibraryOptions { Model = model, CartridgeCount = 1, CapacityBytes = 1 << 24 });
        try
        {
            using VirtualLibrary library = VirtualLibrary.Open(path);
            using TapeDrive drive = TapeDrive.Open(library.OpenDrive("virtual:index"));
            drive.WaitUntilReady();
            drive.ReadEncryptionCapabilities()!.Value.Algorithms[0].Index.ShouldBe((byte)0);
            using var key = new EncryptionKey(KeyBytes);
            drive.SetEncryption(On, key).AlgorithmIndex.ShouldBe(0);
            drive.SetEncryption(EncryptionSettings.Off);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void A_drive_without_it_says_so()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/20/00"), Rig.Check("05/20/00"), Rig.Check("05/20/00"));
        rig.Drive.ReadEncryptionStatus().ShouldBeNull();
        rig.Drive.ReadNextBlockEncryption().ShouldBeNull();
        using var key = new EncryptionKey(KeyBytes);
        TapeEncryptionException error = Should.Throw<TapeEncryptionException>(() => rig.Drive.SetEncryption(On, key));
        error.Fault.ShouldBe(EncryptionFault.Unsupported);
        error.Message.ShouldContain("this drive cannot encrypt");
    }


    /// <summary>News of the key that meet the question for the key are no reason to ask within the question.</summary>
    [Fact]
    public void A_drive_that_does_not_stop_speaking_of_keys_ends_the_stream()
    {
        // SSC-4 8.5.2.7 Data Encryption Status: encrypt, decrypt, counter 1.
        ScriptedReply status = Rig.Data(Convert.FromHexString("0020001442020201000000010100000000000000" + "00000000"));
        using Rig rig = Rig.Opened([status, Rig.PositionAt(5), status, .. Enumerable.Repeat(Rig.Check("06/2A/11"), 300)]);
        rig.Drive.ReadEncryption()!.Writes.ShouldBe(EncryptionOfWrites.On);
        rig.Drive.BeginWriting();
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[100])).FirstSuspectObjectId.ShouldBe(5);
        rig.Sent.Count().ShouldBeLessThan(40);
    }

    [Fact]
    public void A_drive_that_does_something_else_is_not_believed()
    {
        using Rig rig = Rig.Opened(
            Rig.Data(HexFile.Read("lto5-security-protocol-in-0010")), Rig.Good, Rig.Data(HexFile.Read("lto5-security-protocol-in-0020")));
        using var key = new EncryptionKey(KeyBytes);
        Should.Throw<TapeEncryptionException>(() => rig.Drive.SetEncryption(On, key)).Message.ShouldContain("says something else now");
        rig.Sent.ShouldBe(["A22000100000000004000000", "B52000100000000000440000", "A22000200000000004000000"]);
    }

    [Fact]
    public void A_refusal_names_the_field()
    {
        using Rig rig = Rig.Opened(Rig.Data(HexFile.Read("lto5-security-protocol-in-0010")), Rig.Check("05/26/00"));
        using var key = new EncryptionKey(KeyBytes);
        TapeEncryptionException error = Should.Throw<TapeEncryptionException>(() => rig.Drive.SetEncryption(On, key));
        error.Fault.ShouldBe(EncryptionFault.Refused);
        error.Message.ShouldContain("26/00");
    }

    [Fact]
    public void A_description_that_is_too_long_is_refused_before_anything_is_sent()
    {
        using VirtualDrive rig = new VirtualDrive().Ready();
        using var key = new EncryptionKey(KeyBytes);
        Should.Throw<TapeEncryptionException>(() => rig.Drive.SetEncryption(On with { Description = new string('x', 33) }, key)).Message.ShouldContain("at most 32");
        Should.Throw<ArgumentException>(() => rig.Drive.SetEncryption(On with { Description = "schlüssel" }, key));
        Should.Throw<ArgumentException>(() => rig.Drive.SetEncryption(On));
        rig.Drive.ReadEncryptionStatus()!.Value.Encryption.ShouldBe(EncryptionMode.Disable);
    }

    [Fact]
    public void A_stream_begins_only_under_the_key_that_was_seen()
    {
        using VirtualDrive rig = new VirtualDrive().Ready();
        using (var key = new EncryptionKey(KeyBytes))
            rig.Drive.SetEncryption(On with { ClearOnDemount = true }, key);
        rig.Drive.Unload();
        rig.Drive.Load();
        TapeEncryptionException error = Should.Throw<TapeEncryptionException>(() => rig.Drive.BeginWriting());
        error.Fault.ShouldBe(EncryptionFault.KeyLost);
    }

    [Fact]
    public void A_wiped_key_is_gone()
    {
        var key = new EncryptionKey(KeyBytes);
        key.ToString().ShouldBe("key");
        key.Dispose();
        Should.Throw<ObjectDisposedException>(() => key.Bytes.Length);
        using VirtualDrive rig = new VirtualDrive().Ready();
        Should.Throw<ObjectDisposedException>(() => rig.Drive.SetEncryption(On, key));
    }

    /// <summary>Everything that this program may write down of its commands, while a key goes to the drive.</summary>
    [Fact]
    public void No_trace_and_no_recording_holds_the_key()
    {
        using var rig = new VirtualDrive();
        rig.Drive.Dispose();
        var trace = new StringWriter();
        var recording = new StringWriter();
        IScsiTransport transport = new TracingTransport(
            new RecordingTransport(rig.Library.OpenDrive("virtual:traced"), recording), trace, CdbText.Describe);
        using (TapeDrive drive = TapeDrive.Open(transport))
        {
            drive.WaitUntilReady();
            using var key = new EncryptionKey(KeyBytes);
            drive.SetEncryption(On, key);
            drive.ReadEncryptionStatus();
        }

        trace.ToString().ShouldContain("SECURITY PROTOCOL OUT");
        recording.ToString().ShouldContain("cdb B520");
        foreach (string written in (string[])[trace.ToString(), recording.ToString()])
        {
            string text = written.Replace("\ndata ", "", StringComparison.Ordinal);
            text.ShouldNotContain("0102030405", Case.Insensitive);
            text.ShouldNotContain("1B1C1D1E1F", Case.Insensitive);
        }
    }
}
