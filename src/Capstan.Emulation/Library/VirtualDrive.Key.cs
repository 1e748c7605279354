using Capstan.Emulation.Ssc;

namespace Capstan.Emulation.Library;

/// <summary>The key of the drive from one process to the next: in memory, never on a disk.</summary>
internal sealed partial class VirtualDrive
{
    private string? _keyMemory;
    private long _keptChanges;

    /// <summary>Memory that is gone means that the power was: nothing of what the drive would have kept counts then.</summary>
    private void RestoreKey(string? path)
    {
        _keptChanges = _unit.Encryption.Changes;
        if (path is null)
            return;
        byte[] image = EncryptionImage.NewBuffer();
        VolatileMemory.Read(path, image, out int length);
        bool isRead = _unit.Encryption.IsSupported && EncryptionImage.TryRead(image.AsSpan(0, length), _unit.Encryption);
        EncryptionImage.Wipe(image);
        if (isRead)
        {
            _keyMemory = path;
        }
        else
        {
            _unit.Reset(isTold: true);
            _unit.MoveTo(0, 0);
            _unit.PowerOn();
        }
        _keptChanges = _unit.Encryption.Changes;
    }

    private void KeepKey()
    {
        if (_unit.Encryption.Changes == _keptChanges)
            return;
        ForgetKey(_keyMemory);
        _keyMemory = null;
        byte[] image = EncryptionImage.NewBuffer();
        int length = EncryptionImage.Write(_unit.Encryption, image);
        if (length > 0 && !TryKeepKey(image.AsSpan(0, length)))
            _unit.NoteLostKey();
        EncryptionImage.Wipe(image);
    }

    private bool TryKeepKey(ReadOnlySpan<byte> image)
    {
        foreach (string place in VolatileMemory.FindPlaces(_unit.Identity.SerialNumber))
        {
            // Named before there is anything: when this process dies between the two, the next one knows what to wipe.
            _keyMemory = place;
            Save(isClean: false);
            if (VolatileMemory.TryKeep(place, image))
                return true;
            _keyMemory = null;
        }

        return false;
    }

    /// <summary>Wipes what a drive that nobody has kept in memory.</summary>
    internal static void ForgetKeyOf(string statePath) => ForgetKey(ReadState(statePath).KeyMemory);

    private static void ForgetKey(string? path)
    {
        if (path is not null)
            VolatileMemory.Forget(path);
    }
}
