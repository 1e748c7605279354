using System.Globalization;
using Capstan.Operations.Changer;

namespace Capstan.Cli;

/// <summary>A library as a picture for terminals, and as a table for everything else.</summary>
internal static class LibraryPicture
{
    private const int ShortestLabel = 8;
    private const int LongestLabel = 14;
    private const int MostColumns = 10;
    private const int LeastDriveWidth = 18;

    private static readonly TextColumn[] Columns =
        [new("PLACE"), new("NUMBER", RightAligned: true), new("BARCODE"), new("FROM"), new("STATE"), new("SERIAL"), new("DEVICE")];

    /// <summary>Draws drives as boxes, slots as rows; rows of a large library that are empty are folded.</summary>
    public static void Draw(ChangerStatusReport report, TextWriter text, int width)
    {
        text.WriteLine($"{report.Vendor} {report.Product}{(report.Serial.Length > 0 ? $", serial {report.Serial}" : "")}, firmware {report.Firmware} ({report.Device})");
        if (report.NotReady is { } notReady)
            text.WriteLine(notReady);
        DrawDrives(report, text, width);
        DrawSlots("slots", [.. report.Slots.Select(Cell.Of)], text, width);
        DrawSlots("mail slots", [.. report.MailSlots.Select(Cell.Of)], text, width);
        foreach (SlotView hand in report.Hands.Where(static hand => hand.Full))
            text.WriteLine($"the hand holds {hand.Barcode ?? "a cartridge"}");
        foreach (string trouble in Troubles(report))
            text.WriteLine(trouble);
    }

    /// <summary>A line for each place.</summary>
    public static void Tabulate(ChangerStatusReport report, OutputChannel output)
    {
        IEnumerable<string[]> rows = report.Drives.Select(drive => Row(
                "drive", drive.Number, drive.Full, drive.Barcode, drive.Source, State(drive.Full, drive.Disabled, drive.Exception, drive.Ejected), drive.Serial, drive.Device))
            .Concat(report.Slots.Select(static slot => Row("slot", slot.Number, slot.Full, slot.Barcode, slot.Source, State(slot.Full, slot.Disabled, slot.Exception, null), null, null)))
            .Concat(report.MailSlots.Select(static slot => Row("mail-slot", slot.Number, slot.Full, slot.Barcode, slot.Source, State(slot.Full, slot.Disabled, slot.Exception, null), null, null)))
            .Concat(report.Hands.Where(static hand => hand.Full).Select(static hand => Row("hand", hand.Number, hand.Full, hand.Barcode, hand.Source, State(hand.Full, hand.Disabled, hand.Exception, null), null, null)));
        TextTable.Write(output, Columns, rows);
    }

    private static string[] Row(string kind, int number, bool full, string? barcode, int? source, string state, string? serial, string? device) =>
        [kind, Text(number), barcode ?? (full ? "?" : "-"), source is { } from ? Text(from) : "-", state, serial ?? "-", device ?? "-"];

    private static string State(bool full, bool disabled, string? exception, bool? ejected) =>
        exception is not null ? "exception" : disabled ? "disabled" : !full ? "empty" : ejected == true ? "ejected" : "full";

    private static IEnumerable<string> Troubles(ChangerStatusReport report) =>
        report.Drives.Select(static drive => (Name: $"drive {Text(drive.Number)}", drive.Exception, drive.Disabled))
            .Concat(report.Slots.Select(static slot => (Name: $"slot {Text(slot.Number)}", slot.Exception, slot.Disabled)))
            .Concat(report.MailSlots.Select(static slot => (Name: $"mail slot {Text(slot.Number)}", slot.Exception, slot.Disabled)))
            .Where(static place => place.Exception is not null)
            .Select(static place => $"{place.Name}: {place.Exception}");

    private static void DrawDrives(ChangerStatusReport report, TextWriter text, int width)
    {
        if (report.Drives.Count == 0)
            return;
        string[][] boxes = [.. report.Drives.Select(static drive => new[]
        {
            drive.Exception is not null ? "! " + (drive.Barcode ?? "") : drive.Disabled ? "x" : drive.Full ? drive.Barcode ?? "(no label)" : "",
            drive.Full ? (drive.Source is { } source ? $"from slot {Text(source)}" : "") + (drive.Ejected == true ? " ejected" : "") : "",
            drive.Device ?? (drive.Serial is { } serial ? $"serial {serial}" : ""),
        })];
        string[] names = [.. report.Drives.Select(static drive => $" drive {Text(drive.Number)} ")];
        int inner = Math.Max(LeastDriveWidth, Math.Max(boxes.Max(static box => box.Max(static line => line.Length)), names.Max(static name => name.Length)) + 2);
        int perRow = Math.Max(1, (width - 1) / (inner + 3));
        for (int first = 0; first < boxes.Length; first += perRow)
        {
            Range row = first..Math.Min(boxes.Length, first + perRow);
            text.WriteLine(" " + string.Join(' ', names[row].Select(name => $"┌─{name.PadRight(inner - 1, '─')}┐")));
            for (int line = 0; line < boxes[0].Length; line++)
                text.WriteLine(" " + string.Join(' ', boxes[row].Select(box => $"│ {box[line].PadRight(inner - 1)}│")));
            text.WriteLine(" " + string.Join(' ', boxes[row].Select(_ => $"└{new string('─', inner)}┘")));
        }
    }

    /// <summary>A slot in a row: <c>12 CAP001L9</c>.</summary>
    private readonly record struct Cell(int Number, bool IsEmpty, bool IsFull, string Label)
    {
        public static Cell Of(SlotView slot) => new(slot.Number, IsPlain(slot.Full, slot.Disabled, slot.Exception), slot.Full, LabelOf(slot.Full, slot.Barcode, slot.Disabled, slot.Exception));

        public static Cell Of(MailSlotView slot) => new(slot.Number, IsPlain(slot.Full, slot.Disabled, slot.Exception), slot.Full, LabelOf(slot.Full, slot.Barcode, slot.Disabled, slot.Exception));

        private static bool IsPlain(bool full, bool disabled, string? exception) => !full && !disabled && exception is null;

        private static string LabelOf(bool full, string? barcode, bool disabled, string? exception)
        {
            string label = full ? barcode ?? "(no label)" : "·";
            return exception is not null ? "!" + (full ? label : "") : disabled ? "x" : label.Length <= LongestLabel ? label : label[..(LongestLabel - 1)] + "…";
        }
    }

    private static void DrawSlots(string title, Cell[] cells, TextWriter text, int width)
    {
        if (cells.Length == 0)
            return;
        int digits = Text(cells[^1].Number).Length;
        int label = Math.Max(ShortestLabel, cells.Max(static cell => cell.Label.Length));
        int cellWidth = digits + label + 3;
        int columns = Math.Clamp((width - 2) / (cellWidth + 1), 1, MostColumns);
        columns = Math.Min(columns, cells.Length);
        int inner = (columns * (cellWidth + 1)) - 1;
        string head = string.Create(CultureInfo.InvariantCulture, $" {title}: {cells.Count(static cell => cell.IsFull)} of {cells.Length} full ");
        text.WriteLine($" ┌─{(head.Length < inner ? head : head[..Math.Max(0, inner - 1)]).PadRight(inner - 1, '─')}┐");
        int rows = (cells.Length + columns - 1) / columns;
        for (int row = 0; row < rows;)
        {
            int empty = EmptyRows(cells, columns, row, rows);
            if (empty > 2)
            {
                int last = Math.Min(cells.Length, (row + empty) * columns) - 1;
                string fold = string.Create(CultureInfo.InvariantCulture, $" {cells[row * columns].Number} to {cells[last].Number}: empty");
                text.WriteLine($" │{(fold.Length <= inner ? fold : fold[..inner]).PadRight(inner)}│");
                row += empty;
                continue;
            }

            text.Write(" │");
            for (int column = 0; column < columns; column++)
            {
                int index = (row * columns) + column;
                string cell = index < cells.Length ? $" {Text(cells[index].Number).PadLeft(digits)} {cells[index].Label.PadRight(label)} " : new string(' ', cellWidth);
                text.Write(cell);
                text.Write('│');
            }

            text.WriteLine();
            row++;
        }

        text.WriteLine($" └{new string('─', inner)}┘");
    }

    private static int EmptyRows(Cell[] cells, int columns, int row, int rows)
    {
        int count = 0;
        while (row + count < rows && cells.AsSpan((row + count) * columns, Math.Min(columns, cells.Length - ((row + count) * columns))) is var span && AllEmpty(span))
            count++;
        return count;
    }

    private static bool AllEmpty(ReadOnlySpan<Cell> cells)
    {
        foreach (Cell cell in cells)
        {
            if (!cell.IsEmpty)
                return false;
        }

        return true;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
