using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>
/// The one JSON document of a run: <c>{ ..., "exit_status": N }</c>. What a verb streams is written as it comes; memory does not
/// grow with it.
/// </summary>
/// <param name="output">Bytes go here; not disposed.</param>
internal sealed class JsonDocumentWriter(Stream output, bool indented) : IDisposable
{
    private const int FlushBytes = 32 * 1024;

    // Names in any script stay readable. What the relaxed encoder does not escape matters in HTML only.
    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions
    {
        Indented = indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private readonly HashSet<string> _arrays = [];
    private readonly List<string> _reportNotes = [];
    private string? _array;
    private bool _begun;

    /// <summary>Whether the document is complete.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Writes the members of a report into the document.</summary>
    /// <param name="pickedBy">Why that drive was used; null when none was.</param>
    public void Report<T>(T report, JsonTypeInfo<T> type, string? pickedBy)
    {
        var members = (JsonObject)JsonSerializer.SerializeToNode(report, type)!;
        // Every document ends with exit_status; a report's own is the same number.
        members.Remove("status");
        // A report's notes and those of the run become one array.
        if (members.Remove("notes", out JsonNode? notes) && notes is JsonArray array)
            _reportNotes.AddRange(array.Select(note => (string?)note ?? ""));
        if (pickedBy is not null && !members.ContainsKey("picked_by") && members.IndexOf("device") is >= 0 and var device)
            members.Insert(device + 1, "picked_by", pickedBy);
        EndArray();
        foreach ((string name, JsonNode? value) in members)
        {
            Begin();
            _json.WritePropertyName(name);
            if (value is null)
                _json.WriteNullValue();
            else
                value.WriteTo(_json);
        }
    }

    /// <summary>Writes one object as a member.</summary>
    public void Member<T>(string name, T value, JsonTypeInfo<T> type)
    {
        EndArray();
        Begin();
        _json.WritePropertyName(name);
        JsonSerializer.Serialize(_json, value, type);
    }

    /// <summary>Begins the next element of the array of that name; the caller writes exactly one value.</summary>
    public Utf8JsonWriter Element(string array)
    {
        if (_array != array)
            Array(array);
        if (_json.BytesPending >= FlushBytes)
            _json.Flush();
        return _json;
    }

    /// <summary>Opens an array, empty so far.</summary>
    public void Array(string name)
    {
        EndArray();
        Begin();
        _json.WriteStartArray(name);
        _array = name;
        _arrays.Add(name);
    }

    /// <summary>Writes the array empty when it was never begun.</summary>
    public void EnsureArray(string name)
    {
        if (!_arrays.Contains(name))
            Array(name);
    }

    /// <summary>What stands so far goes out as a line: whoever waits for it reads it now, and the rest of the document when it ends.</summary>
    public void EndLine()
    {
        EndArray();
        _json.Flush();
        output.Write("\n"u8);
        output.Flush();
    }

    public void Notes(IReadOnlyList<string> notes)
    {
        EndArray();
        Begin();
        _json.WriteStartArray("notes");
        foreach (string note in _reportNotes.Concat(notes))
            _json.WriteStringValue(note);
        _json.WriteEndArray();
    }

    public void Error(string message)
    {
        EndArray();
        Begin();
        _json.WriteString("error", message);
    }

    public void End(ExitStatus status)
    {
        EndArray();
        Begin();
        _json.WriteNumber("exit_status", (int)status);
        _json.WriteEndObject();
        _json.Flush();
        output.Write("\n"u8);
        IsEnded = true;
    }

    public void Dispose()
    {
        // A writer that is disposed flushes: after a broken pipe that would only fail again.
        if (IsEnded)
            _json.Dispose();
    }

    private void Begin()
    {
        if (_begun)
            return;
        _json.WriteStartObject();
        _begun = true;
    }

    private void EndArray()
    {
        if (_array is null)
            return;
        _json.WriteEndArray();
        _array = null;
    }
}
