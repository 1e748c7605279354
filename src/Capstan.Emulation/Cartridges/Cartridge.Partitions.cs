using System.Globalization;

namespace Capstan.Emulation.Cartridges;

public sealed partial class Cartridge
{
    private Cartridge[] _others = [];

    /// <summary>The first partition, in the object of another one.</summary>
    private Cartridge? _first;

    /// <summary>How many partitions a cartridge of this kind can have, 1 to 4; see <see cref="MediumType.MaxPartitions"/>.</summary>
    public int MaxPartitions => IsWorm ? 1 : Medium.MaxPartitions;

    /// <summary>How many it has, 1 to 4.</summary>
    public int PartitionCount => 1 + _others.Length;

    /// <summary>Number of the partition that this object is.</summary>
    public int PartitionNumber => _superblock.Partition;

    /// <summary>How often it was formatted since it was made.</summary>
    public long FormatCount => _superblock.Layout;

    /// <summary>Bytes of records of the whole tape, if it had one partition.</summary>
    public long TapeCapacityBytes => _superblock.TapeCapacityBytes > 0 ? _superblock.TapeCapacityBytes : _superblock.CapacityBytes;

    private long TapeEarlyWarningBytes =>
        _superblock.TapeCapacityBytes > 0 ? _superblock.TapeEarlyWarningBytes : _superblock.EarlyWarningBytes;

    /// <summary>Path of the file that holds another partition than the first.</summary>
    /// <param name="cartridgePath">Of the first partition.</param>
    /// <param name="layout">How often the cartridge was formatted: an old partition is never taken for a new one.</param>
    /// <param name="number">1 to 3.</param>
    public static string PartitionPathOf(string cartridgePath, long layout, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{cartridgePath}.{layout}.p{number}");

    /// <summary>A partition; the first one is this object. All belong to this object and end with it or with the next <see cref="Format"/>.</summary>
    /// <param name="number">0 and less than <see cref="PartitionCount"/>.</param>
    public Cartridge GetPartition(int number) => number == 0 ? this : _others[number - 1];

    ITapeMedium ITapeMedium.GetPartition(int number) => GetPartition(number);

    /// <summary>
    /// Makes new, empty partitions; everything on the cartridge is gone. Whoever dies in the middle leaves the old ones with all they
    /// hold, or the new ones.
    /// </summary>
    /// <param name="capacities">Bytes of records of each partition, 1 to <see cref="MaxPartitions"/> of them, together at most <see cref="TapeCapacityBytes"/>.</param>
    /// <returns>Written when it is done; WriteOnce on a write-once cartridge; otherwise nothing changed.</returns>
    /// <exception cref="ArgumentException">Another number of partitions, or more than there is.</exception>
    public AppendStatus Format(ReadOnlySpan<long> capacities)
    {
        long sum = 0;
        foreach (long capacity in capacities)
            sum += capacity > 0 ? capacity : throw new ArgumentException("A partition has at least one byte.", nameof(capacities));
        if (capacities.Length is 0 or > Superblock.MaxPartitions || sum > TapeCapacityBytes || _first is not null)
            throw new ArgumentException("These partitions do not fit on this tape.", nameof(capacities));
        if (_superblock.Worm)
            return AppendStatus.WriteOnce;
        AppendStatus status = CheckWritable(0);
        if (status != AppendStatus.Written)
            return status;

        FreeLeftovers();
        long layout = _superblock.Layout + 1;
        // Of a process that died here: nothing refers to it.
        RemoveFiles(keptLayout: _superblock.Layout);
        var others = new Cartridge[capacities.Length - 1];
        try
        {
            for (int i = 0; i < others.Length; i++)
                others[i] = CreatePartition(layout, i + 1, capacities[i + 1]);
            if (others.Length > 0 && SyncDirectory() is var errno and not Errno.None)
                throw HostFailure(errno);
        }
        catch (CartridgeException)
        {
            Discard(others);
            RemoveFiles(keptLayout: _superblock.Layout);
            if (HostError == Errno.None)
                HostError = Errno.InputOutput;
            return StatusOf(HostError);
        }

        if (!TryEstablish(layout, capacities[0], others))
        {
            Discard(others);
            return FailureStatus();
        }

        Discard(_others);
        _others = others;
        RemoveFiles(layout);
        _memory?.NoteInitialization();
        _ = SaveMemory(isDurable: true);
        return AppendStatus.Written;
    }

    /// <summary>The point of no return is one write of a superblock: what it says is the cartridge from then on.</summary>
    private bool TryEstablish(long layout, long capacity, Cartridge[] others)
    {
        long tapeEarlyWarning = TapeEarlyWarningBytes;
        _superblock.TapeCapacityBytes = TapeCapacityBytes;
        _superblock.TapeEarlyWarningBytes = tapeEarlyWarning;
        _superblock.Layout = layout;
        _superblock.PartitionCount = 1 + others.Length;
        _superblock.CapacityBytes = capacity;
        _superblock.EarlyWarningBytes = EarlyWarningOf(capacity);
        for (int i = 0; i < Superblock.MaxPartitions - 1; i++)
            _superblock.Others[i] = i < others.Length ? others[i]._superblock.Identity : default;
        return CutAt(0);
    }

    private Cartridge CreatePartition(long layout, int number, long capacity)
    {
        Cartridge other = CreateFile(PartitionPathOf(_path, layout, number), new Superblock
        {
            Barcode = _superblock.Barcode,
            DensityCode = _superblock.DensityCode,
            MediumTypeCode = _superblock.MediumTypeCode,
            CreatedUnixSeconds = _superblock.CreatedUnixSeconds,
            Layout = layout,
            Partition = number,
            CapacityBytes = capacity,
            EarlyWarningBytes = EarlyWarningOf(capacity),
        }, _file.IgnoresSync);
        other._first = this;
        return other;
    }

    /// <summary>A part of a tape warns as early as the whole, unless that were most of it.</summary>
    private long EarlyWarningOf(long capacity) =>
        capacity == TapeCapacityBytes ? TapeEarlyWarningBytes : Math.Min(TapeEarlyWarningBytes, capacity / 10);

    private void OpenPartitions()
    {
        if (!_isReadOnly && FilesOfOtherLayouts(_superblock.Layout).Length > 0)
        {
            // Who formatted it died before both copies said so: the older one must not be what is left when the files that it names are gone.
            if (HostFailed(_file.DataSync()) || HostFailed(WriteSuperblock()) || HostFailed(_file.DataSync()))
                throw HostFailure();
            RemoveFiles(_superblock.Layout);
        }

        var others = new Cartridge[_superblock.PartitionCount - 1];
        try
        {
            for (int i = 0; i < others.Length; i++)
            {
                string path = PartitionPathOf(_path, _superblock.Layout, i + 1);
                others[i] = OpenFile(path, _isReadOnly, !_file.IgnoresSync);
                if (others[i]._superblock.Identity != _superblock.Others[i])
                    throw new CartridgeException(CartridgeFault.NotACartridge, $"{path}: belongs to another cartridge");
                others[i]._first = this;
                Damage ??= others[i].Damage;
            }
        }
        catch
        {
            Discard(others);
            throw;
        }

        _others = others;
    }

    private static void Discard(Cartridge?[] others)
    {
        foreach (Cartridge? other in others)
            other?.Dispose();
    }

    /// <summary>Removes the files of partitions of every other layout, with their indexes.</summary>
    private void RemoveFiles(long keptLayout)
    {
        try
        {
            foreach (string file in FilesOfOtherLayouts(keptLayout))
                System.IO.File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They take room and mean nothing; the next opening tries again.
        }
    }

    private string[] FilesOfOtherLayouts(long layout)
    {
        string kept = string.Create(CultureInfo.InvariantCulture, $"{_path}.{layout}.p");
        return
        [
            .. Directory.GetFiles(DirectoryOf(_path), System.IO.Path.GetFileName(_path) + ".*.p*")
                .Where(file => !file.StartsWith(kept, StringComparison.Ordinal)),
        ];
    }

    /// <summary>The names of new files survive a power cut when their directory was synchronised.</summary>
    private int SyncDirectory()
    {
        int errno = HostFile.TryOpen(DirectoryOf(_path), Interop.LibC.ReadOnly, out HostFile? directory, _file.IgnoresSync);
        if (errno != Errno.None)
            return errno;
        using (directory)
            return directory!.FullSync();
    }

    private static string DirectoryOf(string path) => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
}
