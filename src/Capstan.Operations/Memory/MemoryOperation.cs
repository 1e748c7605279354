using Capstan.Drive;

namespace Capstan.Operations.Memory;

/// <summary>`capstan drive memory`: the chip in the cartridge. It can be read although the tape cannot; nothing here moves the tape.</summary>
public static class MemoryOperation
{
    private const ushort LocalizationId = 0x0805;
    private const byte Ascii = 0x00;
    private const byte Utf8 = 0x81;

    /// <summary>Everything that is set.</summary>
    /// <param name="context">Surroundings.</param>
    /// <param name="device">As the user named it.</param>
    /// <param name="partition">0 to 3: remaining capacity and coherency are of one partition.</param>
    /// <exception cref="OperationException">No drive, no cartridge, no memory, or no such partition.</exception>
    public static MemoryReport List(OperationContext context, string? device, byte partition)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() => Report(open, partition, Read(open, partition)));
    }

    /// <summary>Some of it.</summary>
    /// <param name="names">Keys, names or identifiers.</param>
    /// <exception cref="OperationException">As <see cref="List"/>, or one of them does not exist or is not set.</exception>
    public static MemoryReport Show(OperationContext context, string? device, byte partition, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ushort[] ids = [.. names.Select(IdOf)];
        return Pick(List(context, device, partition), ids, names);
    }

    /// <summary>Decodes a saved answer to READ ATTRIBUTE (ATTRIBUTE VALUES).</summary>
    /// <param name="bytes">With its four bytes of length in front.</param>
    /// <param name="name">Of the file.</param>
    /// <param name="names">Which attributes; empty for all.</param>
    /// <exception cref="OperationException">It is no such answer.</exception>
    public static MemoryReport Decode(ReadOnlySpan<byte> bytes, string name, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ushort[] ids = [.. names.Select(IdOf)];
        CartridgeAttributes attributes = CartridgeAttributes.Decode(bytes) ?? throw new OperationException(ExitStatus.Failed,
            $"{name}: {bytes.Length} bytes are no answer to READ ATTRIBUTE with service action 00h (ATTRIBUTE VALUES): four bytes of length, then attributes in the order of their identifiers.");
        MemoryReport report = Report(name, null, 0, null, attributes);
        return ids.Length == 0 ? report : Pick(report, ids, names);
    }

    /// <summary>Sets attributes, all of them or none, and reads them back.</summary>
    /// <param name="assignments">NAME=VALUE each.</param>
    /// <exception cref="OperationException">A name or value that cannot be, a protected cartridge, a drive that refuses.</exception>
    public static MemoryReport Set(OperationContext context, string? device, byte partition, IReadOnlyList<string> assignments)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(assignments);
        (ushort Id, string Value)[] wanted = [.. assignments.Select(Split)];
        RequireOnce([.. wanted.Select(static pair => pair.Id)]);
        // What can be refused without a drive is.
        foreach ((ushort id, string value) in wanted)
            _ = Parse(id, value, Utf8);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            CartridgeAttributes now = Read(open, partition);
            byte localization = wanted.FirstOrDefault(static pair => pair.Id == LocalizationId) is { Value: { } code }
                ? Parse(LocalizationId, code, Ascii) is { Value: { Length: 1 } value } ? value.Span[0] : Ascii
                : now.Localization;
            var changes = new List<AttributeChange>();
            // ASCII is UTF-8 too: what is there already keeps its meaning.
            if (localization == Ascii && wanted.Any(static pair => pair.Value.Any(static letter => letter > 0x7F)) && wanted.All(static pair => pair.Id != LocalizationId))
            {
                localization = Utf8;
                changes.Add(AttributeChange.Byte(LocalizationId, Utf8));
                context.Listener.Note("the texts of this memory are UTF-8 from now on (text-localization-identifier)");
            }

            changes.AddRange(wanted.Select(pair => Parse(pair.Id, pair.Value, localization)));
            Write(open, changes, partition);
            CartridgeAttributes then = Read(open, partition);
            MemoryReport report = Report(open, partition, then);
            RequireKept(open.Drive, changes, then);
            return Only(report, [.. wanted.Where(static pair => pair.Value.Length > 0).Select(static pair => pair.Id)]);
        });
    }

    /// <summary>Deletes attributes; what is not set stays so.</summary>
    /// <param name="names">Keys, names or identifiers.</param>
    /// <exception cref="OperationException">As <see cref="Set"/>.</exception>
    public static MemoryReport Delete(OperationContext context, string? device, byte partition, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Set(context, device, partition, [.. names.Select(static name => $"{IdOf(name):x4}=")]);
    }

    private static CartridgeAttributes Read(OpenDrive open, byte partition)
    {
        CartridgeAttributes? attributes = null;
        Unsupported.Guard(open.Drive, "read a cartridge's memory (READ ATTRIBUTE)", () => attributes = open.Drive.ReadAttributes(partition));
        if (attributes!.All.Count > 0)
            return attributes;
        throw partition > 0
            ? new OperationException(ExitStatus.Tape, $"{open.Drive.Name}: this tape has no partition {partition}, or its drive does not keep attributes for it.")
            : new OperationException(ExitStatus.Device,
                $"{open.Drive.Name}: this drive ({open.Drive.Identity.Vendor} {open.Drive.Identity.Product}) tells nothing of its cartridge's memory.");
    }

    private static void Write(OpenDrive open, List<AttributeChange> changes, byte partition)
    {
        string names = string.Join(", ", changes.Select(static change => change.Key));
        Unsupported.Guard(open.Drive, $"set {names} in a cartridge's memory (WRITE ATTRIBUTE)",
            () => open.Drive.WriteAttributes([.. changes.OrderBy(static change => change.Id)], partition));
    }

    private static void RequireKept(TapeDrive drive, List<AttributeChange> changes, CartridgeAttributes now)
    {
        foreach (AttributeChange change in changes)
        {
            CartridgeAttribute? kept = now.Find(change.Id);
            bool isThere = kept is null ? change.Value.IsEmpty : kept.Value.AsSpan().SequenceEqual(change.Value.Span);
            if (!isThere)
            {
                throw new OperationException(ExitStatus.Device, $"{drive.Name}: the drive took {change.Key}, but reads back "
                    + (kept is null ? "nothing." : $"'{kept.Describe(now.Localization)}'.") + " `capstan drive memory` shows what is there.");
            }
        }
    }

    private static (ushort Id, string Value) Split(string assignment)
    {
        int at = assignment.IndexOf('=', StringComparison.Ordinal);
        if (at < 1)
            throw new OperationException(ExitStatus.Usage, $"'{assignment}': give NAME=VALUE. `capstan drive memory` shows names.");
        return (IdOf(assignment[..at]), assignment[(at + 1)..]);
    }

    private static ushort IdOf(string name) => CartridgeAttributes.TryParseName(name, out ushort id)
        ? id
        : throw new OperationException(ExitStatus.Usage,
            $"'{name}' is no attribute of a cartridge's memory. `capstan drive memory` shows names; an identifier such as 0803 does as well.");

    private static AttributeChange Parse(ushort id, string value, byte localization) =>
        AttributeChange.TryParse(id, value, localization, out string problem) ?? throw new OperationException(ExitStatus.Usage, problem + ". Nothing was written.");

    private static void RequireOnce(IReadOnlyCollection<ushort> ids)
    {
        if (ids.Count == 0)
            throw new OperationException(ExitStatus.Usage, "Nothing to do: name at least one attribute.");
        if (ids.Distinct().Count() != ids.Count)
            throw new OperationException(ExitStatus.Usage, "One attribute is named twice. Nothing was written.");
    }

    private static MemoryReport Pick(MemoryReport report, ushort[] ids, IReadOnlyList<string> names)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if (report.Attributes.All(attribute => attribute.Id != $"{ids[i]:x4}"))
                throw new OperationException(ExitStatus.Failed, $"{report.Device}: {names[i]} is not set.");
        }

        return Only(report, ids);
    }

    private static MemoryReport Only(MemoryReport report, ushort[] ids) =>
        report with { Attributes = [.. report.Attributes.Where(attribute => ids.Any(id => attribute.Id == $"{id:x4}"))] };

    private static MemoryReport Report(OpenDrive open, byte partition, CartridgeAttributes attributes) =>
        Report(open.Source.Device, open.Source.PickedBy, partition, open.Source.Barcode, attributes);

    private static MemoryReport Report(string device, string? pickedBy, byte partition, string? barcode, CartridgeAttributes attributes)
    {
        CoherencyNote? note = attributes.Coherency;
        return new MemoryReport(
            device, pickedBy, partition, attributes.Label, barcode ?? attributes.Barcode, attributes.SerialNumber, attributes.LocalizationName,
            note is null ? null : new CoherencyReport(
                note.VolumeChangeReference, note.Count, note.SetIdentifier, note.LtfsUuid, note.LtfsVersion, note.ApplicationHex, attributes.IsCoherent),
            attributes.VolumeLock,
            [.. attributes.All.Select(attribute => new AttributeReport(
                $"{attribute.Id:x4}", attribute.Key, attribute.Name, attribute.OwnerText, attribute.FormatText, attribute.IsReadOnly,
                attribute.Describe(attributes.Localization), attribute.Number, Convert.ToHexStringLower(attribute.Value.AsSpan()), attribute.IsCutOff))]);
    }
}
