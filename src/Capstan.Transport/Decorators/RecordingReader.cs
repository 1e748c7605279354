using System.Buffers;
using System.Globalization;
using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>Reads the file that <see cref="RecordingTransport"/> writes, one command at a time.</summary>
internal sealed class RecordingReader
{
    private readonly TextReader _reader;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int _lineNumber;
    private string _keyword = "";
    private string _value = "";
    private bool _atEnd;

    /// <exception cref="InvalidDataException">The head is not that of a recording.</exception>
    public RecordingReader(TextReader reader)
    {
        _reader = reader;
        Advance();
        if ($"{_keyword} {_value}" != RecordingTransport.Magic)
            throw Bad($"a recording begins with \"{RecordingTransport.Magic}\"");
        Advance();
        Name = Take("name");
        MaxTransferBytes = Number(Take("max-transfer"));
    }

    public string Name { get; }

    public int MaxTransferBytes { get; }

    /// <summary>The next command; null at the end.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names the line.</exception>
    public RecordedCommand? Next()
    {
        if (_atEnd)
            return null;
        int line = _lineNumber;
        byte[] cdb = Hex(Take("cdb"));
        if (cdb.Length is 0 or > Cdb.MaxLength)
            throw Bad("a CDB has 1 to 16 bytes");
        DataDirection direction = _keyword switch
        {
            "none" => DataDirection.None,
            "in" => DataDirection.FromDevice,
            "out" => DataDirection.ToDevice,
            _ => throw Bad("expected \"none\", \"in\" or \"out\""),
        };
        int length = direction == DataDirection.None ? 0 : Number(_value);
        Advance();
        var command = new RecordedCommand { Line = line, Cdb = Cdb.FromBytes(cdb), Direction = direction, Length = length };
        command.Data = TakeBytes("data");
        if (command.Data.Length > length)
            throw Bad("more data than the buffer holds");
        if (_keyword == "fault")
        {
            TakeFault(command);
            return command;
        }
        byte[] status = Hex(Take("status"));
        command.Status = status.Length == 1 ? (ScsiStatus)status[0] : throw Bad("a status is one byte");
        string residual = Take("residual");
        command.Residual = residual == "unknown" ? null : Number(residual);
        command.Sense = TakeBytes("sense");
        if (!long.TryParse(Take("elapsed-us"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds))
            throw Bad("expected microseconds");
        command.Elapsed = TimeSpan.FromMicroseconds(microseconds);
        return command;
    }

    private void TakeFault(RecordedCommand command)
    {
        string[] words = Take("fault").Split(' ', 2);
        command.Fault = Enum.TryParse(words[0], out TransportFault fault) ? fault : throw Bad($"unknown fault \"{words[0]}\"");
        command.FaultMessage = words.Length == 2 ? words[1] : "";
    }

    private string Take(string keyword)
    {
        if (_atEnd || _keyword != keyword)
            throw Bad($"expected \"{keyword}\"");
        string value = _value;
        Advance();
        return value;
    }

    private byte[] TakeBytes(string keyword)
    {
        _bytes.Clear();
        while (!_atEnd && _keyword == keyword)
        {
            _bytes.Write(Hex(_value));
            Advance();
        }
        return _bytes.WrittenSpan.ToArray();
    }

    private void Advance()
    {
        while (_reader.ReadLine() is { } line)
        {
            _lineNumber++;
            int comment = line.IndexOf('#', StringComparison.Ordinal);
            string text = (comment < 0 ? line : line[..comment]).Trim();
            if (text.Length == 0)
                continue;
            int space = text.IndexOf(' ', StringComparison.Ordinal);
            _keyword = space < 0 ? text : text[..space];
            _value = space < 0 ? "" : text[(space + 1)..].Trim();
            return;
        }
        _atEnd = true;
        _keyword = _value = "";
    }

    private byte[] Hex(string text)
    {
        var bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : throw Bad($"\"{text}\" is not hexadecimal");
    }

    private int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Bad($"\"{text}\" is not a number");

    private InvalidDataException Bad(string what) => new($"Recording, line {_lineNumber}: {what}.");
}
