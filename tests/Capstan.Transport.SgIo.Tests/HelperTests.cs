using Capstan.Scsi;
using Capstan.SgHelper;
using CsCheck;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>The list of the privileged helper, its arguments, its reply, and what it refuses.</summary>
public sealed class HelperTests
{
    // CDBs by hand from SSC-4: REWIND 7.10, READ BLOCK LIMITS 7.6, READ POSITION 7.7, SPACE(6) 6.6, SPACE(16) 7.12, LOCATE(16) 7.4.
    [Theory]
    [InlineData("rewind", "010000000000")]
    [InlineData("read-block-limits", "050000000000")]
    [InlineData("read-position short", "34000000000000000000")]
    [InlineData("read-position long", "34060000000000000000")]
    [InlineData("read-position extended", "34080000000000002000")]
    [InlineData("space-6 blocks 5", "110000000500")]
    [InlineData("space-6 filemarks -2", "1101FFFFFE00")]
    [InlineData("space-6 end-of-data 0", "110300000000")]
    [InlineData("space-16 blocks 16777216", "91000000000000000100000000000000")]
    [InlineData("locate-16 4294967296", "92000000000000010000000000000000")]
    public void Operations_and_commands_belong_together(string words, string hex)
    {
        Cdb cdb = Cdb.FromBytes(Convert.FromHexString(hex));
        string[] arguments = ["1", "900", .. words.Split(' ')];
        HelperOperation.TryParse(arguments, out HelperOperation operation).ShouldBeTrue();
        operation.Command.ToString().ShouldBe(hex);
        operation.TimeoutSeconds.ShouldBe(900);
        HelperOperation.Describe(cdb, TimeSpan.FromMinutes(15)).ShouldBe(arguments);
    }

    [Theory]
    [InlineData("010100000000")] // REWIND IMMED
    [InlineData("110200000100")] // SPACE sequential filemarks
    [InlineData("2B000000000000000000")] // LOCATE(10), which the kernel passes
    [InlineData("0A0000000000")] // WRITE
    [InlineData("100000000100")] // WRITE FILEMARKS
    [InlineData("190000000000")] // ERASE
    [InlineData("040000000000")] // FORMAT MEDIUM
    [InlineData("151000000000")] // MODE SELECT(6)
    [InlineData("1B0000000000")] // LOAD UNLOAD
    [InlineData("3B000000000000000000")] // WRITE BUFFER: microcode
    [InlineData("920200010000000000000000000000")] // LOCATE(16) cut short
    [InlineData("92020001000000000000000000000000")] // LOCATE(16) to another partition
    [InlineData("B52000100000000000000000")] // SECURITY PROTOCOL OUT
    [InlineData("8D000000000000000000000000000000")] // WRITE ATTRIBUTE
    public void Other_commands_are_not_in_the_list(string hex) =>
        HelperOperation.Describe(Cdb.FromBytes(Convert.FromHexString(hex)), TimeSpan.FromSeconds(1)).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 60")]
    [InlineData("2 60 rewind")]
    [InlineData("1 0 rewind")]
    [InlineData("1 86401 rewind")]
    [InlineData("1 -1 rewind")]
    [InlineData("1 060 rewind")]
    [InlineData("1 +60 rewind")]
    [InlineData("1 60 rewind now")]
    [InlineData("1 60 Rewind")]
    [InlineData("1 60 erase")]
    [InlineData("1 60 write-filemarks 1")]
    [InlineData("1 60 space-6 blocks")]
    [InlineData("1 60 space-6 blocks 8388608")]
    [InlineData("1 60 space-6 sequential-filemarks 1")]
    [InlineData("1 60 space-6 blocks -0")]
    [InlineData("1 60 space-16 blocks 9223372036854775808")]
    [InlineData("1 60 locate-16 -1")]
    [InlineData("1 60 locate-16 1 1")]
    [InlineData("1 60 read-position vendor")]
    [InlineData("1 60 010000000000")]
    public void What_is_not_exactly_an_operation_is_refused(string line)
    {
        string[] arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        HelperOperation.TryParse(arguments, out _).ShouldBeFalse();
        DriveHelper.Run(arguments, -1, -1).Exit.ShouldBe(HelperExit.Usage);
    }

    [Fact]
    public void No_bytes_become_a_command_other_than_themselves() =>
        Gen.Byte.Array[6, 16].Sample(bytes =>
        {
            Cdb cdb = Cdb.FromBytes(bytes);
            if (HelperOperation.Describe(cdb, TimeSpan.FromSeconds(1)) is not { } arguments)
                return;
            HelperOperation.TryParse(arguments, out HelperOperation operation).ShouldBeTrue();
            operation.Command.ShouldBe(cdb);
        });

    [Fact]
    public void A_reply_is_read_whole_or_not_at_all()
    {
        // Header as documented in HelperReply: CHECK CONDITION, host 0, driver 8, 2 bytes of sense, 6 of answer, residual 3.
        byte[] bytes = [.. "CSGH"u8, 1, 2, 0, 0, 0, 8, 2, 6, 0, 0, 0, 3, 0x70, 0x00, 1, 2, 3, 4, 5, 6];
        HelperReply.TryRead(bytes, 6, out HelperReply reply).ShouldBeTrue();
        reply.Status.ShouldBe((byte)2);
        reply.DriverStatus.ShouldBe((ushort)8);
        reply.Residual.ShouldBe(3);
        reply.Sense.ToArray().ShouldBe([0x70, 0x00]);
        reply.Answer.ToArray().ShouldBe([1, 2, 3, 4, 5, 6]);
        var written = new byte[HelperReply.LongestBytes];
        written[..reply.Write(written)].ShouldBe(bytes);

        HelperReply.TryRead(bytes, 20, out _).ShouldBeFalse();
        HelperReply.TryRead([.. bytes, 0], 6, out _).ShouldBeFalse();
        for (int length = 0; length < bytes.Length; length++)
            HelperReply.TryRead(bytes.AsSpan(0, length), 6, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/dev/null", "standard input is no /dev/sgN")]
    [InlineData("/etc/passwd", "standard input is no /dev/sgN")]
    public void What_is_no_drive_is_refused(string path, string complaint)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        DriveHelper.Run(["1", "60", "rewind"], (int)file.DangerousGetHandle(), -1).ShouldBe((HelperExit.NotADrive, complaint));
    }

    [Fact]
    public void A_closed_standard_input_is_refused() =>
        DriveHelper.Run(["1", "60", "rewind"], -1, -1).ShouldBe((HelperExit.NotADrive, "standard input is closed"));

    [Fact]
    public void A_child_gets_the_descriptor_and_nothing_of_the_environment()
    {
        using SafeFileHandle file = File.OpenHandle("/proc/self/environ");
        Span<byte> output = stackalloc byte[64];
        Span<byte> error = stackalloc byte[64];
        (int status, int length, int errorLength) = ChildProcess.Run("/bin/sh",
            ["-c", "printf '%s|' \"$1\" \"$HOME\"; head -c 3 >/dev/null && echo wrong >&2; exit 7", "sh", "two words"], file, output, error);
        status.ShouldBe(7);
        System.Text.Encoding.UTF8.GetString(output[..length]).ShouldBe("two words||");
        System.Text.Encoding.UTF8.GetString(error[..errorLength]).ShouldBe("wrong\n");
        ChildProcess.Run("/nonexistent", [], file, output, error).ShouldBe((127, 0, 0));
    }

    /// <summary>Ctrl-C goes to the whole foreground group. A helper that dies of it takes with it what the drive answered.</summary>
    [Fact]
    public void A_child_is_out_of_the_reach_of_the_terminals_signals()
    {
        using SafeFileHandle file = File.OpenHandle("/dev/null");
        Span<byte> output = stackalloc byte[64];
        // proc(5), stat: pid, (comm), state, ppid, pgrp.
        (int status, int length, _) = ChildProcess.Run("/bin/sh", ["-c", "read -r pid comm state parent group rest </proc/$$/stat; echo $((group - pid))"], file, output, new byte[64]);
        status.ShouldBe(0);
        System.Text.Encoding.UTF8.GetString(output[..length]).ShouldBe("0\n");
    }

    [Fact]
    public void The_helper_is_found_only_at_the_places_named()
    {
        InstalledHelper.Find(["/nonexistent/helper", "/bin/sh"])!.Path.ShouldBe("/bin/sh");
        InstalledHelper.Find(["/nonexistent/helper", "/etc/passwd"]).ShouldBeNull();
    }
}
