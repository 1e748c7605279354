using System.Text;
using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>
/// A device's answer that was saved to a file, for `--in FILE`: binary (sg_logs --raw), or ASCII hex as sg3_utils prints it (-H, -HH,
/// sg_raw) and reads it (--in, --inhex), as hexdump -C, xxd and od print it, or as somebody typed it.
/// </summary>
/// <param name="Data">The answer's bytes, never empty.</param>
/// <param name="Comments">What stood behind '#', trimmed and without control characters; the usual place for the device's name and the CDB.</param>
internal sealed record SavedResponse(byte[] Data, IReadOnlyList<string> Comments)
{
    /// <summary>
    /// A page has 64 KiB at most, and there are 64 of a kind: whoever names a bigger file by mistake is told so, before four bytes each
    /// become a page of its own.
    /// </summary>
    public const int MaximumAnswerBytes = 4 << 20;

    private static readonly string[] DeviceMarks = ["Device:", "response of:"];

    /// <summary>What the comments say about the device that answered, vendor and product first; null when they say nothing.</summary>
    public string? Device => Comments.Select(static comment => After(comment, DeviceMarks)).FirstOrDefault(static name => name is not null);

    /// <summary>Reads a file, or standard input for "-".</summary>
    /// <exception cref="OperationException">It cannot be read, or holds no answer; the message names the file, the line and what is wrong there.</exception>
    /// <param name="file">Path, or "-".</param>
    /// <param name="option">The option that named it, for messages.</param>
    /// <param name="maximumBytes">Longer ones are refused.</param>
    public static SavedResponse Read(string file, string option = "--in", int maximumBytes = MaximumAnswerBytes)
    {
        string name = file == RawFiles.Standard ? "standard input" : file;
        byte[] bytes;
        if (Directory.Exists(file))
            throw new OperationException(ExitStatus.Failed, $"{option} {file}: this is a directory.");
        try
        {
            using Stream stream = file == RawFiles.Standard
                ? new FileDescriptorSource(StandardStreams.Input)
                : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            bytes = ReadAll(stream, name, maximumBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(ExitStatus.Failed, $"{option} {file}: {e.Message}", e);
        }

        return TryParse(bytes, out SavedResponse? response, out string? problem, maximumBytes)
            ? response
            : throw new OperationException(ExitStatus.Failed, $"{name}: {problem}");
    }

    /// <summary>Understands the bytes of a saved answer, whatever they are.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="response">The answer; null when there is none in the file.</param>
    /// <param name="problem">Why there is none, with the line's number where a line is to blame.</param>
    /// <param name="maximumBytes">Of the answer: a '*' in a listing stands for many.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> file,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SavedResponse? response,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem,
        int maximumBytes = MaximumAnswerBytes)
    {
        response = null;
        problem = null;
        if (file.IsEmpty)
        {
            problem = "the file is empty";
            return false;
        }

        if (Text(file) is not { } text)
        {
            response = new SavedResponse(file.ToArray(), []);
            return true;
        }

        var parser = new HexListing();
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (parser.TryAdd(line, out problem) && parser.Data.Count > maximumBytes)
                problem = TooLong(maximumBytes);
            if (problem is not null)
            {
                problem = $"line {number}: {problem}";
                return false;
            }
        }

        if (parser.Data.Count == 0)
        {
            problem = "there are no bytes in it" + (parser.Comments.Count > 0 ? $", only text: {Why(parser.Comments)}" : "");
            return false;
        }

        response = new SavedResponse([.. parser.Data], parser.Comments);
        return true;
    }

    private static string TooLong(int maximumBytes) => $"longer than {maximumBytes >> 20} MiB, which no device's answer is";

    private static byte[] ReadAll(Stream stream, string name, int maximumBytes)
    {
        var bytes = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        int got;
        while ((got = stream.Read(piece, 0, piece.Length)) > 0)
        {
            bytes.Write(piece, 0, got);
            if (bytes.Length > maximumBytes)
                throw new OperationException(ExitStatus.Failed, $"{name}: {TooLong(maximumBytes)}");
        }

        return bytes.ToArray();
    }

    /// <summary>The file as text; null when it is binary: a page header alone has bytes that are no text.</summary>
    private static string? Text(ReadOnlySpan<byte> file)
    {
        // What Windows writes when output goes to a file.
        if (file is [0xFF, 0xFE, ..] && file.Length % 2 == 0)
            return Encoding.Unicode.GetString(file[2..]);
        if (file is [0xEF, 0xBB, 0xBF, ..])
            file = file[3..];
        foreach (byte b in file)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
                return null;
        }

        return System.Text.Unicode.Utf8.IsValid(file) ? Encoding.UTF8.GetString(file) : null;
    }

    /// <summary>A capture of a refusal has the sense in words.</summary>
    private static string Why(List<string> comments)
    {
        string? sense = comments.Find(static comment => comment.StartsWith("Additional sense:", StringComparison.OrdinalIgnoreCase));
        string? status = comments.Find(static comment => comment.StartsWith("SCSI Status:", StringComparison.OrdinalIgnoreCase));
        return sense is not null ? $"the device refused ({sense})" : status ?? comments[0];
    }

    private static string? After(string comment, string[] marks)
    {
        foreach (string mark in marks)
        {
            if (comment.StartsWith(mark, StringComparison.OrdinalIgnoreCase) && comment[mark.Length..].Trim() is { Length: > 0 } rest)
                return rest;
        }

        return null;
    }
}
