using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations.Modes;

/// <summary>`capstan drive modes`: mode pages by name, with what can be changed, the defaults, and what is saved.</summary>
public static class ModesOperation
{
    private const byte All = 0x3F;
    private const byte AllSubpages = 0xFF;

    /// <summary>Asks the drive. Moves no tape, needs none, and sets nothing.</summary>
    /// <exception cref="OperationException">The drive cannot be used, or does not have the page.</exception>
    public static ModesReport Run(OperationContext context, ModesRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() => Run(open, request));
    }

    /// <summary>Decodes a saved answer to MODE SENSE.</summary>
    /// <param name="data">Of the 10-byte or the 6-byte command; which one, its lengths tell.</param>
    /// <param name="name">Of the file, for the report.</param>
    /// <exception cref="OperationException">It is no answer to MODE SENSE.</exception>
    public static ModesReport Decode(byte[] data, string name) =>
        TryDecode(data, out ModeAnswer answer) || TryDecode(Mended(data), out answer)
            ? Report(name, null, HeaderOf(answer), new Values { Current = PagesOf(answer) }, null)
            : throw new OperationException(ExitStatus.Failed, $"{name}: {data.Length} bytes that are no answer to MODE SENSE.");

    private static ModesReport Run(OpenDrive open, ModesRequest request)
    {
        TapeDrive drive = open.Drive;
        ModeAnswer first = default;
        Unsupported.Guard(drive, request.Page is { } asked ? $"show mode page {Code(asked, request.Subpage)}" : "show its mode pages (MODE SENSE)",
            () => first = Read(drive, request, PageControl.Current) ?? ReadAlone(drive, request));
        var values = new Values { Current = PagesOf(first) };
        bool isWhole = request.Page is null && !values.Current.Keys.Any(static key => key.Subpage != 0);
        if (isWhole)
            AddSubpages(drive, values.Current, PageControl.Current);
        values.Changeable = Try(drive, request, PageControl.Changeable, isWhole);
        values.Default = Try(drive, request, PageControl.Default, isWhole);
        values.Saved = Try(drive, request, PageControl.Saved, isWhole);
        return Report(open.Source.Device, open.Source.PickedBy, HeaderOf(first), values, values.Saved is not null);
    }

    /// <summary>Null when all subpages are asked for and the drive knows no such thing.</summary>
    private static ModeAnswer? Read(TapeDrive drive, ModesRequest request, PageControl control)
    {
        try
        {
            return request.Page is { } page
                ? drive.ReadModes((byte)page, (byte)request.Subpage, control)
                : drive.ReadModes(All, AllSubpages, control);
        }
        catch (TapeCommandException e) when (e.IsUnsupported && request.Page is null)
        {
            return null;
        }
    }

    private static ModeAnswer ReadAlone(TapeDrive drive, ModesRequest request, PageControl control = PageControl.Current) =>
        drive.ReadModes((byte)(request.Page ?? All), 0, control);

    private static SortedDictionary<(byte Page, byte Subpage), byte[]>? Try(TapeDrive drive, ModesRequest request, PageControl control, bool withSubpages)
    {
        try
        {
            SortedDictionary<(byte Page, byte Subpage), byte[]> pages = PagesOf(Read(drive, request, control) ?? ReadAlone(drive, request, control));
            if (withSubpages)
                AddSubpages(drive, pages, control);
            return pages;
        }
        catch (TapeCommandException)
        {
            return null;
        }
    }

    /// <summary>A drive that cannot tell all subpages at once may have some all the same.</summary>
    private static void AddSubpages(TapeDrive drive, SortedDictionary<(byte Page, byte Subpage), byte[]> pages, PageControl control)
    {
        foreach (ModePageDescription known in ModePageCatalog.All)
        {
            if (known.Subpage == 0)
                continue;
            try
            {
                foreach (((byte, byte) key, byte[] bytes) in PagesOf(drive.ReadModes(known.Page, known.Subpage, control)))
                    pages[key] = bytes;
            }
            catch (TapeCommandException)
            {
                // It does not have this one.
            }
        }
    }

    private static bool TryDecode(byte[] data, out ModeAnswer answer)
    {
        foreach (ModeHeaderForm form in (ReadOnlySpan<ModeHeaderForm>)[ModeHeaderForm.Ten, ModeHeaderForm.Six])
        {
            answer = new ModeAnswer(data, form);
            if (ModeParameters.TryDecode(data, form, out ModeParameters parameters) && parameters.IsWhole && LengthFits(data, form))
                return true;
        }

        // Cut by its allocation length: what is whole is shown.
        foreach (ModeHeaderForm form in (ReadOnlySpan<ModeHeaderForm>)[ModeHeaderForm.Ten, ModeHeaderForm.Six])
        {
            answer = new ModeAnswer(data, form);
            if (LengthFits(data, form) && PagesOf(answer).Count > 0)
                return true;
        }

        answer = default;
        return false;
    }

    /// <summary>Some emulated drives leave SPF out of a subpage's header, and two bytes out of its end; its codes and length tell what it is.</summary>
    private static byte[] Mended(byte[] data)
    {
        byte[] mended = [.. data];
        foreach (int offset in (ReadOnlySpan<int>)[8, 16, 4, 12])
        {
            int rest = data.Length - offset - 4;
            if (rest > 0 && (data[offset + 2] << 8 | data[offset + 3]) - rest is 0 or 2
                && ModePageCatalog.Find(data[offset], data[offset + 1]) is { Subpage: not 0 })
            {
                mended[offset] |= 0x40;
                mended[offset + 3] = (byte)rest;
                break;
            }
        }

        return mended;
    }

    /// <summary>MODE DATA LENGTH says as much as there is, or more when the answer was cut, and BLOCK DESCRIPTOR LENGTH is none or one.</summary>
    private static bool LengthFits(byte[] data, ModeHeaderForm form) => form == ModeHeaderForm.Ten
        ? data.Length >= 8 && 2 + (data[0] << 8 | data[1]) >= data.Length && data[6] == 0 && data[7] is 0 or 8
        : data.Length >= 4 && 1 + data[0] >= data.Length && data[3] is 0 or 8;

    private static ModeParameterHeader HeaderOf(ModeAnswer answer) =>
        ModeParameters.TryDecode(answer.Data, answer.Form, out ModeParameters parameters)
            ? parameters.Header
            : throw new OperationException(ExitStatus.Device, "The drive's mode parameters are malformed.");

    private static SortedDictionary<(byte Page, byte Subpage), byte[]> PagesOf(ModeAnswer answer)
    {
        var pages = new SortedDictionary<(byte, byte), byte[]>();
        if (!ModeParameters.TryDecode(answer.Data, answer.Form, out ModeParameters parameters))
            return pages;
        foreach (ModePage page in parameters)
            pages.TryAdd((page.Page, page.Subpage), page.Bytes.ToArray());
        return pages;
    }

    private static ModesReport Report(string device, string? pickedBy, in ModeParameterHeader header, Values values, bool? savedValues)
    {
        ModePageReport[] pages =
        [
            .. values.Current.Select(pair => Describe(pair.Key, pair.Value, values.Changeable?.GetValueOrDefault(pair.Key),
                values.Default?.GetValueOrDefault(pair.Key), values.Saved?.GetValueOrDefault(pair.Key))),
        ];
        byte? density = header.BlockDescriptor?.DensityCode;
        return new ModesReport(device, pickedBy, header.MediumType, header.WriteProtected, header.BufferedMode, header.Speed, density,
            density is { } code ? Density.Name(code) : null, header.BlockDescriptor?.BlockLengthBytes, savedValues, pages);
    }

    private static ModePageReport Describe((byte Page, byte Subpage) key, byte[] current, byte[]? changeable, byte[]? defaults, byte[]? saved)
    {
        ModePageDescription? known = ModePageCatalog.Find(key.Page, key.Subpage);
        var fields = new List<ModeFieldReport>();
        foreach (ModeField field in known?.Fields ?? [])
        {
            if (field.TryGet(current, out uint value))
                fields.Add(new ModeFieldReport(field.Name, field.Meaning, value, Get(field, changeable) is { } mask ? mask != 0 : null, Get(field, defaults), Get(field, saved)));
        }

        return new ModePageReport(Code(key.Page, key.Subpage), known?.Name, (current[0] & 0x80) != 0, fields, Convert.ToHexStringLower(current),
            Hex(changeable), Hex(defaults), Hex(saved));
    }

    private static uint? Get(in ModeField field, byte[]? page) => page is not null && field.TryGet(page, out uint value) ? value : null;

    private static string? Hex(byte[]? page) => page is null ? null : Convert.ToHexStringLower(page);

    private static string Code(int page, int subpage) => subpage == 0 ? $"{page:X2}" : $"{page:X2}/{subpage:X2}";

    private sealed class Values
    {
        public required SortedDictionary<(byte Page, byte Subpage), byte[]> Current { get; init; }

        public SortedDictionary<(byte Page, byte Subpage), byte[]>? Changeable { get; set; }

        public SortedDictionary<(byte Page, byte Subpage), byte[]>? Default { get; set; }

        public SortedDictionary<(byte Page, byte Subpage), byte[]>? Saved { get; set; }
    }
}
