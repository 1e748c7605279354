using SQLitePCL;

namespace Capstan.Catalog.Sqlite;

/// <summary>One prepared statement. Parameters count from 1, columns from 0, as in SQLite itself.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    internal Statement Bind(int parameter, long value)
    {
        database.Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    internal Statement Bind(int parameter, long? value) => value is { } number ? Bind(parameter, number) : BindNull(parameter);

    /// <summary>An unsigned 64-bit number, as the signed one of the same bits.</summary>
    internal Statement Bind(int parameter, ulong value) => Bind(parameter, unchecked((long)value));

    internal Statement Bind(int parameter, ulong? value) => Bind(parameter, unchecked((long?)value));

    internal Statement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        database.Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(handle, parameter, 0)
            : raw.sqlite3_bind_blob(handle, parameter, value));
        return this;
    }

    internal Statement Bind(int parameter, string? value)
    {
        if (value is null)
            return BindNull(parameter);
        database.Check(raw.sqlite3_bind_text(handle, parameter, value));
        return this;
    }

    internal Statement BindUtf8(int parameter, ReadOnlySpan<byte> value)
    {
        database.Check(raw.sqlite3_bind_text(handle, parameter, value));
        return this;
    }

    /// <summary>A uuid as the 16 bytes of RFC 9562, so that its hexadecimal text sorts like its bytes.</summary>
    internal Statement Bind(int parameter, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(parameter, bytes);
    }

    internal Statement Bind(int parameter, Guid? value) => value is { } uuid ? Bind(parameter, uuid) : BindNull(parameter);

    internal Statement BindNull(int parameter)
    {
        database.Check(raw.sqlite3_bind_null(handle, parameter));
        return this;
    }

    /// <summary>True: a row is there. False: done.</summary>
    internal bool Step()
    {
        int code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        CatalogException failure = database.Failure(code);
        Reset();
        throw failure;
    }

    /// <summary>Runs to the end and is ready to run again.</summary>
    internal void Run()
    {
        while (Step())
        {
        }
        Reset();
    }

    // The code of a reset repeats the failure of the step before it, which was thrown then.
    internal void Reset() => _ = raw.sqlite3_reset(handle);

    internal bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    internal long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    /// <summary>Valid until the next step.</summary>
    internal ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    internal string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    internal Guid Uuid(int column)
    {
        ReadOnlySpan<byte> bytes = Blob(column);
        return bytes.Length == 16 ? new Guid(bytes, bigEndian: true) : throw Damaged($"a uuid of {bytes.Length} bytes");
    }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    internal DateTimeOffset Time(int column)
    {
        long milliseconds = Int64(column);
        return milliseconds is >= -62_135_596_800_000 and <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw Damaged($"a time of {milliseconds} ms");
    }

    internal CatalogDamagedException Damaged(string what) => new(database.Path, what);

    public void Dispose() => handle.Dispose();
}
