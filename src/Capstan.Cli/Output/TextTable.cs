using Spectre.Console;

namespace Capstan.Cli;

internal sealed record TextColumn(string Header, bool RightAligned = false);

/// <summary>Rows in columns: a drawn table that fits the terminal, or plain text that awk can split.</summary>
internal static class TextTable
{
    private const int Gap = 2;
    private const int MinimumLastWidth = 8;

    public static void Write(OutputChannel channel, TextColumn[] columns, IEnumerable<string[]> rows)
    {
        List<string[]> all = [.. rows];
        int[] widths = Widths(columns, all);
        // Where only the last column would have to give way it is wrapped; where that is not enough a table would show dots.
        int fixedWidth = widths[..^1].Sum() + (Gap * (widths.Length - 1));
        if (channel.IsTerminal && fixedWidth + MinimumLastWidth <= channel.WidthColumns)
            WriteDrawn(channel, columns, all);
        else
            WritePlain(channel.Writer, columns, widths, all);
    }

    private static int[] Widths(TextColumn[] columns, List<string[]> rows)
    {
        int[] widths = [.. columns.Select(column => column.Header.Length)];
        foreach (string[] row in rows)
        {
            for (int i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length);
        }

        return widths;
    }

    private static void WriteDrawn(OutputChannel channel, TextColumn[] columns, List<string[]> rows)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (TextColumn column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Header))
            {
                Alignment = column.RightAligned ? Justify.Right : Justify.Left,
                // Numbers and identifiers that are broken over two lines are neither.
                NoWrap = column != columns[^1],
                Padding = new Padding(0, 0, column == columns[^1] ? 0 : Gap, 0),
            });
        }

        foreach (string[] row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        channel.Styled.Write(table);
    }

    private static void WritePlain(TextWriter writer, TextColumn[] columns, int[] widths, List<string[]> rows)
    {
        WriteRow(writer, columns, widths, [.. columns.Select(column => column.Header)]);
        foreach (string[] row in rows)
            WriteRow(writer, columns, widths, row);
    }

    private static void WriteRow(TextWriter writer, TextColumn[] columns, int[] widths, string[] cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                writer.Write("  ");
            bool last = i == cells.Length - 1;
            writer.Write(columns[i].RightAligned ? cells[i].PadLeft(widths[i]) : last ? cells[i] : cells[i].PadRight(widths[i]));
        }

        writer.WriteLine();
    }
}
