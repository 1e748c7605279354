using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Transport.SgIo;

namespace Capstan.Cli.Tests;

/// <summary>Where a configured drive is when the kernel counted anew.</summary>
public class GenericNodesTests
{
    private static readonly ConfiguredDrive Lto9 = new("lto9", "/dev/sg991", "S1", "IBM", "ULT3580-TD9");
    private readonly Notes _notes = new();

    [Fact]
    public void It_is_where_it_was() => Find(Lto9, Tape("/dev/sg991", "S1"), Tape("/dev/sg992", "S2")).ShouldBe("/dev/sg991");

    [Fact]
    public void Two_that_changed_places_are_found_and_told()
    {
        Find(Lto9, Tape("/dev/sg991", "S2"), Tape("/dev/sg992", "S1")).ShouldBe("/dev/sg992");
        _notes.Texts.ShouldHaveSingleItem().ShouldBe("drive lto9 (serial S1) is /dev/sg992 now, no longer /dev/sg991; `capstan config drive update lto9 --device /dev/sg992` writes it down");
    }

    [Fact]
    public void One_whose_node_is_gone_is_found() => Find(Lto9, Tape("/dev/sg993", "S1")).ShouldBe("/dev/sg993");

    [Fact]
    public void Another_drive_is_not_taken_for_it()
    {
        var refused = Should.Throw<OperationException>(() => Find(Lto9, Tape("/dev/sg991", "S2")));
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.Message.ShouldStartWith("drive lto9 has serial S1, but /dev/sg991 is IBM ULT3580-TD9, serial S2, and nothing on this machine has that number.");
    }

    /// <summary>A changer often has the serial number of its library's first drive.</summary>
    [Fact]
    public void A_changer_of_that_number_is_no_drive() =>
        Should.Throw<OperationException>(() => Find(Lto9, Tape("/dev/sg992", "S1") with { PeripheralDeviceType = 8 })).Message.ShouldContain("there is no /dev/sg991");

    [Fact]
    public void Two_of_one_number_are_not_guessed_between() =>
        Should.Throw<OperationException>(() => Find(Lto9, Tape("/dev/sg992", "S1"), Tape("/dev/sg993", "S1"))).Message.ShouldContain("/dev/sg992 and /dev/sg993");

    [Theory]
    [InlineData(null)]
    [InlineData("S1")]
    public void Without_a_number_to_compare_it_is_opened_as_it_is_named(string? serial)
    {
        Find(Lto9 with { Serial = serial }, Tape("/dev/sg991", serial is null ? "S2" : null)).ShouldBe("/dev/sg991");
        Find(null, Tape("/dev/sg991", "S2")).ShouldBe("/dev/sg991");
    }

    private string Find(ConfiguredDrive? drive, params SgDevice[] nodes) => GenericNodes.Find("/dev/sg991", drive, nodes, _notes);

    private static SgDevice Tape(string path, string? serial) => new(path, 1, "IBM", "ULT3580-TD9", "R3G3", serial, "0:0:1:0", null);

    private sealed class Notes : IOperationListener
    {
        public List<string> Texts { get; } = [];

        public void Phase(string what)
        {
        }

        public void Note(string text) => Texts.Add(text);

        public void Problem(string path, string text) => Texts.Add(text);
    }
}
