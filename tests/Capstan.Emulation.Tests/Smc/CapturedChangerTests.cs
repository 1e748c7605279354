using System.Buffers.Binary;
using System.Globalization;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Smc;

/// <summary>
/// The commands of the captures of a foreign changer (tests/fixtures/hex/changer-*.hex), sent to ours with as many elements: the same
/// pages, of the same lengths, or a reason why not. The shapes are taken from the bytes by hand, by the tables of SMC-3 and SPC-4.
/// </summary>
public sealed class CapturedChangerTests : IDisposable
{
    /// <summary>All types at once.</summary>
    private const string Everything = "13 elements in 708; type 1 tags 80: 1 of 52, identifier 0/0 of 0; type 2 tags 80: 8 of 52, identifier 0/0 of 0; "
        + "type 3 tags 80: 2 of 52, identifier 0/0 of 0; type 4 tags 80: 2 of 52, identifier 0/0 of 0";

    private const string Order = "there the pages are in the order of their addresses; ours, like those of tgt (usr/smc.c), in that of their types";

    /// <summary>Where ours has another shape, what it is, and why.</summary>
    private static readonly Dictionary<string, (string Shape, string Reason)> Others = new(StringComparer.Ordinal)
    {
        ["changer-inquiry-vpd-00"] = ("page 00: 00 80 83", "the captured changer has no identification of its device: its page 83h is an error"),
        ["changer-inquiry-vpd-80"] = ("page 80: 10 bytes", "there the serial number of seven characters stands in eighteen bytes, with spaces and zeros behind it"),
        ["changer-status-all-voltag"] = (Everything, Order),
        ["changer-empty-drives-status-all"] = (Everything, Order),
        ["changer-inquiry-vpd-83"] = ("page 83: designators", "the captured changer has none"),
    };

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string> Captures =>
        [.. Directory.GetFiles(Folder, "changer-*.hex").Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "fixtures", "hex");

    [Fact]
    public void There_are_captures() => Captures.Count.ShouldBeGreaterThan(10);

    [Theory]
    [MemberData(nameof(Captures))]
    public void Ours_has_the_same_shape(string capture)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, capture + ".hex"));
        byte[] cdb = Bytes(lines.First(line => line.StartsWith("# CDB:", StringComparison.Ordinal))["# CDB:".Length..]);
        byte[] theirs = Bytes(string.Concat(lines.Where(line => !line.StartsWith('#'))));
        string ours = Shape(cdb, Ask(cdb));
        if (Others.TryGetValue(capture, out (string Shape, string Reason) other))
        {
            ours.ShouldBe(other.Shape, other.Reason);
            Shape(cdb, theirs).ShouldNotBe(ours, $"the same after all: \"{other.Reason}\" is not true any more");
            return;
        }

        ours.ShouldBe(Shape(cdb, theirs));
    }

    /// <summary>One hand, eight slots, two mail slots, two drives, six cartridges, two of them in the drives; as the captured one has.</summary>
    private byte[] Ask(byte[] cdb)
    {
        string path = _directory.File("library");
        VirtualLibrary.Create(path, new LibraryOptions
        {
            CartridgeCount = 6,
            Changer = VirtualChangerModel.Find("generic"),
            StorageElements = 8,
            ImportExportElements = 2,
            MoreDrives = [VirtualDriveModel.Default],
            CapacityBytes = 50_000_000,
            IsSynchronous = false,
        });
        using VirtualLibrary library = VirtualLibrary.Open(path, drive: null);
        using IScsiTransport changer = library.OpenChanger("changer");
        var sense = new byte[252];
        // The unit attention of the beginning.
        changer.Execute(Cdb.FromBytes(Bytes("00 00 00 00 00 00")), DataTransfer.None, sense, TimeSpan.FromSeconds(10));
        foreach (int number in (ReadOnlySpan<int>)[0, 1])
            changer.Execute(Cdb.FromBytes(Bytes($"A5 00 00 00 10 {number:X2} 01 {number:X2} 00 00 00 00")), DataTransfer.None, sense, TimeSpan.FromSeconds(10)).Status.ShouldBe(ScsiStatus.Good);
        var answer = new byte[0x2000];
        ScsiCompletion completion = changer.Execute(Cdb.FromBytes(cdb), DataTransfer.FromDevice(answer), sense, TimeSpan.FromSeconds(10));
        completion.Status.ShouldBe(ScsiStatus.Good);
        return answer[..(answer.Length - (completion.Residual ?? 0))];
    }

    private static string Shape(byte[] cdb, byte[] answer) => cdb[0] switch
    {
        0xB8 => StatusShape(answer),
        // SPC-4 7.5.4: MODE DATA LENGTH, BLOCK DESCRIPTOR LENGTH; page code and length.
        0x1A => $"mode data {answer[0]}, blocks {answer[3]}, page {answer[4] & 0x3F:X2} of {answer[5]}",
        0x12 when (cdb[1] & 1) == 0 => $"type {answer[0] & 0x1F:X2}, format {answer[3] & 0x0F}, {(answer.Length >= 36 ? "36 bytes and more" : "too short")}",
        0x12 when answer.Length == 0 => "nothing",
        0x12 when cdb[2] == 0x00 => "page 00: " + string.Join(' ', answer[4..].Select(static page => page.ToString("X2", CultureInfo.InvariantCulture))),
        0x12 when cdb[2] == 0x83 => "page 83: designators",
        0x12 => $"page {answer[1]:X2}: {BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2))} bytes",
        _ => throw new InvalidOperationException($"nothing is known of {cdb[0]:X2}h"),
    };

    /// <summary>SMC-3 6.11: per page its type, its labels, how many descriptors of which length, and the identifier in the first one.</summary>
    private static string StatusShape(byte[] answer)
    {
        int count = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2));
        int bytes = answer[5] << 16 | answer[6] << 8 | answer[7];
        var text = new List<string> { $"{count} elements in {bytes}" };
        answer.Length.ShouldBe(8 + bytes);
        for (int page = 8; page < answer.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(page + 2));
            int pageBytes = answer[page + 5] << 16 | answer[page + 6] << 8 | answer[page + 7];
            int identifier = page + 8 + 12 + ((answer[page + 1] & 0x80) != 0 ? 36 : 0) + ((answer[page + 1] & 0x40) != 0 ? 36 : 0);
            text.Add($"type {answer[page] & 0x0F} tags {answer[page + 1] & 0xC0:X2}: {pageBytes / length} of {length}, identifier {answer[identifier] & 0x0F}/{answer[identifier + 1] & 0x0F} of {answer[identifier + 3]}");
            (pageBytes % length).ShouldBe(0);
            page += 8 + pageBytes;
        }

        return string.Join("; ", text);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
