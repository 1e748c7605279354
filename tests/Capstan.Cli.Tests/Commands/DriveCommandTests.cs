using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class DriveCommandTests
{
    [Fact]
    public void Text_of_a_status()
    {
        var cli = new TestCli();
        cli.Run("drive", "status", "--quiet").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            drive      virtual:main
            model      LTO-9: IBM ULT3580-TD9, serial CAP0000001, firmware CAP1
            state      ready
            tape       CAP001L9, LTO-9 (density 0x60), writable
            position   object 17, file 2, partition 0
            remaining  17.0 TB of 18.0 TB
            blocks     1 B to 8 MiB, at most 1 MiB a transfer

            """);
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void A_directory_is_no_raw_tape_file()
    {
        var cli = new TestCli();
        cli.Run("drive", "write", Path.GetTempPath()).ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain("is a directory");
        cli.Error.ShouldContain("capstan backup");
    }

    [Fact]
    public void Text_of_an_empty_drive_leaves_out_what_nobody_knows()
    {
        var cli = new TestCli();
        cli.Operations.OnStatus = () => Canned.Status() with
        {
            State = "no tape", Detail = "MEDIUM NOT PRESENT", Density = null, DensityCode = null, WriteProtected = null, Position = null,
            RemainingBytes = null, CapacityBytes = null, Barcode = null, MediumWarning = "the file is truncated",
        };
        cli.Run("drive", "status", "--quiet");
        cli.Output.ShouldBe(
            """
            drive      virtual:main
            model      LTO-9: IBM ULT3580-TD9, serial CAP0000001, firmware CAP1
            state      no tape (MEDIUM NOT PRESENT)
            tape       -
            warning    the file is truncated
            blocks     1 B to 8 MiB, at most 1 MiB a transfer

            """);
    }

    [Fact]
    public void Text_of_all_that_a_status_can_tell()
    {
        var cli = new TestCli();
        cli.Operations.OnStatus = () => Canned.Status() with
        {
            State = "becoming ready", Detail = "", Barcode = null, MediumWarning = null, Position = null, RemainingBytes = null, CapacityBytes = null, WriteProtected = true,
            Generation = 9, Worm = true, BlockLength = 65536, Compression = false, Buffering = true, Activity = "calibrating", Progress = 0.25, Locked = true,
            Cleaning = "required", Encryption = "on", Alerts = [new(20, "Clean now", "critical")],
            Usage = new(3, 12, 7, 1_500_000_000_000, null, 0, 2), Missing = ["LOG SENSE was not answered in time."],
        };
        cli.Run("drive", "status", "--quiet");
        cli.Output.ShouldBe(
            """
            drive      virtual:main
            model      LTO-9: IBM ULT3580-TD9, serial CAP0000001, firmware CAP1
            state      becoming ready, cartridge locked
            activity   calibrating, 25 % done
            tape       LTO-9 (density 0x60), write-protected, WORM
            usage      3 loads, 12 passes over the beginning, 7 over the middle, wear 0.1 %, 1.5 TB written, 2 unrecovered read errors
            blocks     1 B to 8 MiB, at most 1 MiB a transfer
            options    compression off, blocks of 64 KiB, buffering on
            encryption on
            cleaning   required
            alert      20 Clean now (critical)
            missing    LOG SENSE was not answered in time.

            """);
    }

    /// <summary>What is left of the partition where the tape stands is not what is left of the tape.</summary>
    [Fact]
    public void Each_partition_is_told_where_there_are_several()
    {
        var cli = new TestCli();
        cli.Operations.OnStatus = () => Canned.Status() with
        {
            RemainingBytes = 1_000_000_000, CapacityBytes = 2_000_000_000, Usage = new(1, 1, 0, 0, 0, 0, 0),
            Partitions = [new(0, 3_300_000_000, 0, 3_300_000_000, null, null), new(1, 2_000_000_000, 1_000_000_000, 1_000_000_000, null, null)],
        };
        cli.Run("drive", "status", "--quiet");
        cli.Output.ShouldContain("\nremaining  1.0 GB of 2.0 GB\n           partition 0: 3.3 GB of 3.3 GB\n           partition 1: 1.0 GB of 2.0 GB\n"
            // Less than a megabyte is not nothing.
            + "usage      1 load, 1 pass over the beginning, 0 over the middle, wear 0 %, 0 MB written, 0 MB read\n");
    }

    [Fact]
    public void Json_of_a_status()
    {
        var cli = new TestCli();
        cli.Run("drive", "status", "--output-format", "json");
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        JsonElement root = document.RootElement;
        root.GetProperty("picked_by").GetString().ShouldBe("default");
        root.GetProperty("position").GetProperty("object_id").GetInt64().ShouldBe(17);
        root.GetProperty("capacity_bytes").GetInt64().ShouldBe(18_000_000_000_000);
        root.EnumerateObject().Count(member => member.Name == "picked_by").ShouldBe(1);
    }

    [Theory]
    [InlineData("position", "object 17, file 2, partition 0\n")]
    [InlineData("eject", "eject: no tape in the drive\n")]
    [InlineData("load", "load: object 17, file 2, partition 0\n")]
    public void Text_of_a_movement(string action, string text)
    {
        var cli = new TestCli();
        cli.Run("drive", action, "--device", "virtual:b").ShouldBe(ExitStatus.Success);
        cli.Operations.Device.ShouldBe("virtual:b");
        cli.Output.ShouldBe(text);
    }

    [Fact]
    public void Load_takes_a_barcode()
    {
        var cli = new TestCli();
        cli.Run("drive", "load", "CAP002L9", "--output-format", "json").ShouldBe(ExitStatus.Success);
        cli.Operations.Barcode.ShouldBe("CAP002L9");
        cli.Json.ShouldBe(
            """
            {"device":"virtual:main","picked_by":"default","action":"load","position":{"partition":0,"object_id":17,"file_number":2,"beginning_of_partition":false,"end_of_partition":false},"reports_position":true,"notes":["drive virtual:main (the default: neither --device nor CAPSTAN_DRIVE nor TAPE is set)"],"exit_status":0}

            """);
    }
}
