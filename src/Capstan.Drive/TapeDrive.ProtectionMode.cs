using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>The drive's side of logical block protection: its Control Data Protection mode page, what is wanted of it, and what others left in it.</summary>
public sealed partial class TapeDrive
{
    private const int ProtectionMethodByte = 4;
    private const int ProtectionFlags = 6;

    /// <summary>Before a block: protection as it is wanted here, when it is not sure.</summary>
    private void EnsureProtection()
    {
        if (IsProtecting && !_isProtectionSure)
            SettleProtection();
    }

    /// <summary>In a stream of writes: a drive that left protection took the last blocks with four bytes too many.</summary>
    /// <exception cref="TapeWriteException">It did.</exception>
    private void ConfirmProtection()
    {
        if (!IsProtecting)
            return;
        try
        {
            if (TryReadProtection(out ControlDataProtection page) && IsAsWanted(page))
            {
                _isProtectionSure = true;
                return;
            }
        }
        catch (TapeException e) when (e is not TapeWriteException)
        {
            _nextObjectId = null;
            throw Suspect(e, e.Sense);
        }

        _nextObjectId = null;
        _isProtectionSure = false;
        throw Suspect(new TapeDeviceException(DeviceFault.Lost,
            $"{Name}: the drive does not protect blocks any more: it was reset, or another program changed its mode, and nobody reported it. Blocks that it took since have four bytes too many."), null);
    }

    /// <summary>Reads the mode page and sets it where it is not what is wanted here.</summary>
    /// <exception cref="TapeDeviceException">It cannot be set.</exception>
    private void SettleProtection()
    {
        bool isRead = false;
        ControlDataProtection page = default;
        // Who may not even ask finds out at the first block: its length is not what it should be.
        IfPermitted(() => isRead = TryReadProtection(out page));
        if (!isRead)
        {
            if (IsProtecting)
                throw CannotProtect("its Control Data Protection mode page (0Ah/F0h) is gone");
            return;
        }

        if (!IsAsWanted(page))
        {
            bool isSet;
            try
            {
                isSet = TrySetProtection(_protection);
            }
            catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
            {
                throw new TapeDeviceException(DeviceFault.PermissionDenied,
                    $"{Name}: another program left the drive in logical block protection, and this user may not turn that off: blocks would be read with four bytes too many. {e.Message}", null, e);
            }

            if (!isSet)
                throw IsProtecting ? CannotProtect("it did so before, and refuses it now") : CannotEndProtection();
            WasLeftProtecting |= !IsProtecting;
        }

        _isProtectionSure = true;
    }

    private bool IsAsWanted(in ControlDataProtection page) => IsProtecting
        ? page.Method == _protection && page.ProtectsReads && page.ProtectsWrites && page.InformationLengthBytes == BlockProtection.Length
        : !page.IsOn;

    /// <summary>False where the drive has no such page.</summary>
    private bool TryReadProtection(out ControlDataProtection page)
    {
        Span<byte> bytes = stackalloc byte[ControlDataProtection.Length];
        page = default;
        return TryReadProtectionPage(bytes) && ControlDataProtection.TryDecode(bytes, out page);
    }

    /// <summary>The page as the drive gave it, reserved fields and all; false where there is none.</summary>
    /// <param name="page">Room for the page as the standard has it.</param>
    private bool TryReadProtectionPage(Span<byte> page)
    {
        Span<byte> answer = stackalloc byte[64];
        answer.Clear();
        SenseVerdict verdict = Run(
            new ModeSense10(ControlDataProtection.PageCode, ControlDataProtection.SubpageCode, false, PageControl.Current, (ushort)answer.Length),
            DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        ThrowIfSurprised(ModeSense10.Name, verdict);
        if (verdict != SenseVerdict.Done || !ModeParameters.TryDecode(answer[..Received(answer.Length)], ModeHeaderForm.Ten, out ModeParameters parameters))
            return false;
        // Not searched for: mhvtl sends the page without SPF and two bytes short (fixtures/hex/lto5-mode-sense-10-0a-f0.hex). It is the
        // only one that was asked for, and no page 0Ah is F0h bytes long.
        ReadOnlySpan<byte> found = parameters.Pages;
        if (found.Length <= ProtectionFlags || (found[0] & 0x3F) != ControlDataProtection.PageCode || found[1] != ControlDataProtection.SubpageCode)
            return false;
        new ControlDataProtection().WriteTo(page);
        found = found[..Math.Min(found.Length, page.Length)];
        found[ProtectionMethodByte..].CopyTo(page[ProtectionMethodByte..]);
        return true;
    }

    /// <summary>Changes the page's own fields and nothing else of it, and reads it back. False where the drive does not take the method.</summary>
    private bool TrySetProtection(ProtectionMethod method)
    {
        Span<byte> list = stackalloc byte[8 + ControlDataProtection.Length];
        list.Clear();
        int header = new ModeParameterHeader { BufferedMode = 1 }.WriteForSelect(list, ModeHeaderForm.Ten);
        Span<byte> page = list[header..];
        if (!TryReadProtectionPage(page))
            return false;
        bool isOn = method != ProtectionMethod.None;
        page[ProtectionMethodByte] = (byte)method;
        ControlDataProtection.InformationLengthBytesField.Set(page, isOn ? BlockProtection.Length : 0);
        ControlDataProtection.ProtectsWritesField.Set(page, isOn);
        ControlDataProtection.ProtectsReadsField.Set(page, isOn);
        ControlDataProtection.ProtectsBufferedDataField.Set(page, false);
        SenseVerdict verdict = Run(new ModeSelect10((ushort)list.Length), DataTransfer.ToDevice(list), _timeouts.HousekeepingSeconds);
        ThrowIfSurprised(ModeSelect10.Name, verdict);
        return verdict == SenseVerdict.Done && TryReadProtection(out ControlDataProtection now)
            && (isOn ? now.Method == method && now is { ProtectsReads: true, ProtectsWrites: true } : !now.IsOn);
    }

    private TapeDeviceException CannotProtect(string why) => new(DeviceFault.Unsupported,
        $"{Name}: this drive ({Identity.Vendor} {Identity.Product}) cannot protect blocks by a checksum: {why}. LTO-5 and later can. Run this without --protect.");

    private TapeDeviceException CannotEndProtection() => new(DeviceFault.Unsupported,
        $"{Name}: the drive does not leave logical block protection: whoever uses it next reads four bytes too many in each block. Switch it off and on.");

    /// <summary>A drive that is left in this mode gives its next user blocks with four bytes too many.</summary>
    private void EndProtectionAtClose()
    {
        if (!IsProtecting)
            return;
        _protection = ProtectionMethod.None;
        for (int attempt = 0; attempt < MaxRetries; attempt++)
        {
            try
            {
                TrySetProtection(ProtectionMethod.None);
                return;
            }
            catch (TapeException e) when (e.Sense is { Key: SenseKey.UnitAttention })
            {
                // Told once; the command was not carried out.
            }
            catch (TapeException)
            {
                // The drive cannot be reached: whoever opens it next finds the mode and ends it.
                return;
            }
        }
    }
}
