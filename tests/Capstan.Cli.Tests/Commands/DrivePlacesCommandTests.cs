using Capstan.Operations;
using Capstan.Operations.Diagnostics;
using Capstan.Operations.Erasing;
using Capstan.Operations.Places;

namespace Capstan.Cli.Tests.Commands;

public class DrivePlacesCommandTests
{
    [Theory]
    [InlineData("drive access-order 90 12 30-39", "12\n30-39\n90\n")]
    [InlineData("drive wraps", "WRAP  PARTITION  LAST OBJECT\n   0          0        12345\n   1          0        24690\n")]
    [InlineData("drive verify --all", "verified: 2 files, to the end of data, 1.50 s; now at object 17, file 2, partition 0\n")]
    [InlineData("drive append-only on", "append-only: on, nothing on a tape is overwritten\n")]
    [InlineData("drive append-only off", "append-only: off\n")]
    [InlineData("drive append-only allow", "append-only: on, nothing on a tape is overwritten\nallowed, once: to write at object 17, file 2, partition 0\n")]
    [InlineData("drive append-only allow --format", "append-only: on, nothing on a tape is overwritten\nallowed, once: to format the tape\n")]
    [InlineData("drive capacity", "18.0 TB, 17.0 TB left\n")]
    [InlineData("drive reserve --legacy", "reserved for this host with RESERVE(10)\n")]
    [InlineData("drive release --legacy", "released with RELEASE(10)\n")]
    [InlineData("drive self-test --buffer", "self-test passed, 0.01 s\nbuffer: 5 patterns of 4096 bytes came back from the echo buffer (4096 bytes) as they were\n")]
    [InlineData("drive self-test --pages", "self-test passed, 0.01 s\npage 00h (supported diagnostic pages): 0000000100\npage 82h (vendor specific): 82000000\n")]
    public void Golden_text(string arguments, string expected)
    {
        var cli = new TestCli();
        cli.Run(arguments.Split(' ')).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(expected);
    }

    [Fact]
    public void What_is_asked_for()
    {
        var cli = new TestCli();
        cli.Run("drive", "access-order", "90", "30-39", "--device", "/dev/sg3");
        cli.Operations.Request.ShouldBeOfType<AccessOrderRequest>().Objects.ShouldBe([new ObjectRange(90, 90), new ObjectRange(30, 39)]);
        cli.Run("drive", "verify");
        cli.Operations.Request.ShouldBe(new DriveVerifyRequest(null, 1));
        cli.Run("drive", "verify", "--files", "3").ShouldBe(ExitStatus.Failed);
        cli.Operations.Request.ShouldBe(new DriveVerifyRequest(null, 3));
        cli.Run("drive", "capacity", "--proportion", "12.5%", "--yes", "--expect-barcode", "CAP001L9");
        cli.Operations.Request.ShouldBe(new SetCapacityRequest(null, 12.5, new Consent(true, "CAP001L9", null, null)));
        cli.Run("drive", "self-test");
        cli.Operations.Request.ShouldBe(new SelfTestRequest(null));
    }

    [Fact]
    public void Golden_json()
    {
        var cli = new TestCli();
        cli.Run("drive", "access-order", "90", "12", "--output-format", "json").ShouldBe(ExitStatus.Success);
        cli.Json.ShouldContain("\"partition\":0,\"from\":0,\"order\":[{\"first\":12,\"last\":12},{\"first\":90,\"last\":90}]");
    }

    [Theory]
    [InlineData("drive access-order", "")]
    [InlineData("drive access-order 5 5", "named twice")]
    [InlineData("drive access-order 9-5", "give an object's number")]
    [InlineData("drive access-order five", "give an object's number")]
    [InlineData("drive verify --files 0", "give 1 or more")]
    [InlineData("drive verify --files 2 --all", "exclude each other")]
    [InlineData("drive capacity --proportion 0%", "from 1% to 100%")]
    [InlineData("drive capacity --proportion half", "from 1% to 100%")]
    [InlineData("drive reserve --legacy --shared", "RESERVE knows no keys")]
    [InlineData("drive release --legacy --break", "this host's reservation only")]
    public void What_cannot_be_is_refused(string arguments, string reason)
    {
        var cli = new TestCli();
        cli.Run(arguments.Split(' ')).ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain(reason);
    }
}
