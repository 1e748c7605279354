using System.IO.MemoryMappedFiles;
using Capstan.Emulation.Cartridges;
using Capstan.Transport;

namespace Capstan.Emulation.Library;

/// <summary>What stands in an element.</summary>
/// <param name="Barcode">Of the cartridge.</param>
/// <param name="Source">The slot it came from last.</param>
/// <param name="Arrival">Which change of the inventory brought it there: a cartridge that went and came back is another one to a drive.</param>
internal readonly record struct ElementContent(string Barcode, int? Source, long Arrival = 0);

/// <summary>
/// Which element holds which cartridge: one file, replaced as a whole with every move, so that after a crash a cartridge is where it
/// was or where it was to go. Every process that has the library open works on the same file; a counter in shared memory tells them
/// that it changed, for the price of one load.
/// </summary>
/// <remarks>Thread-safe. Whoever holds it may not wait for a drive: drives ask for it while they run a command.</remarks>
internal sealed unsafe class Inventory : IDisposable
{
    private const int FormatVersion = 1;

    private readonly string _path;
    private readonly bool _isDurable;
    private readonly Lock _gate = new();
    private readonly HostFile _lock;
    private readonly MemoryMappedFile _counter;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _generation;
    private SortedDictionary<int, ElementContent> _elements = [];
    private RobotDocument _robot = RobotDocument.Sound;
    private long _loaded = -1;
    private long _changes;
    private int _depth;
    private bool _isDisposed;

    /// <exception cref="LibraryException">The host gives no access.</exception>
    internal Inventory(string directory, bool isDurable)
    {
        _path = PathIn(directory);
        _isDurable = isDurable;
        string lockPath = Path.Combine(directory, "inventory.lock");
        int errno = HostFile.TryOpen(lockPath, Interop.LibC.ReadWrite | Interop.LibC.Create, out HostFile? file);
        if (errno != Errno.None)
            throw new ScsiTransportException(errno is Errno.AccessDenied or Errno.ReadOnlyFileSystem ? TransportFault.PermissionDenied : TransportFault.NotFound, $"{lockPath}: {Cartridge.Describe(errno)}");
        _lock = file!;
        var stream = new FileStream(Path.Combine(directory, "inventory.generation"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        Allocate(stream);
        _counter = MemoryMappedFile.CreateFromFile(stream, null, sizeof(long), MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _counter.CreateViewAccessor(0, sizeof(long));
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _generation = (long*)start;
    }

    /// <summary>A hole in a mapped file, on a disk that is full when it is written to, ends the process (SIGBUS): the bytes must be there before.</summary>
    private void Allocate(FileStream stream)
    {
        if (stream.Length >= sizeof(long))
            return;
        try
        {
            _ = _lock.Lock();
            if (stream.Length < sizeof(long))
                stream.Write(new byte[sizeof(long)]);
        }
        catch
        {
            stream.Dispose();
            _lock.Dispose();
            throw;
        }
        _lock.Unlock();
    }

    /// <summary>Counts the changes: whoever remembers the number knows whether to look again.</summary>
    internal long Generation => Volatile.Read(ref *_generation);

    internal static void Create(string directory, IEnumerable<ElementDocument> elements) =>
        JsonFile.Write(PathIn(directory), new InventoryDocument(FormatVersion, [.. elements]), LibraryJson.Default.InventoryDocument, isDurable: true);

    /// <summary>Keeps everybody else out until the answer is disposed of. May be nested on one thread.</summary>
    internal Access Enter()
    {
        _gate.Enter();
        try
        {
            if (_depth == 0)
            {
                int errno = _lock.Lock();
                if (errno != Errno.None)
                    throw new LibraryException($"{_path}: {Cartridge.Describe(errno)}");
            }
            _depth++;
            try
            {
                if (_loaded != Generation)
                    Load();
            }
            catch
            {
                Leave(isNested: true);
                throw;
            }
            return new Access(this);
        }
        catch
        {
            _gate.Exit();
            throw;
        }
    }

    private void Load()
    {
        InventoryDocument document = JsonFile.Read(_path, LibraryJson.Default.InventoryDocument);
        if (document.Version != FormatVersion)
            throw new LibraryException($"{_path}: written by a newer version of this program");
        var elements = new SortedDictionary<int, ElementContent>();
        foreach (ElementDocument element in document.Elements)
        {
            if (!elements.TryAdd(element.Address, new ElementContent(element.Barcode, element.Source, element.Arrival)))
                throw new LibraryException($"{_path}: element {element.Address} is in it twice");
        }
        _elements = elements;
        _robot = document.Robot ?? RobotDocument.Sound;
        _changes = document.Changes;
        _loaded = Generation;
    }

    // Counted before and behind: whoever dies between leaves a number that nobody has seen.
    private void Save()
    {
        *_generation = Generation + 1;
        JsonFile.Write(
            _path,
            new InventoryDocument(FormatVersion, [.. _elements.Select(static one => new ElementDocument(one.Key, one.Value.Barcode, one.Value.Source, one.Value.Arrival))], _changes, _robot == RobotDocument.Sound ? null : _robot),
            LibraryJson.Default.InventoryDocument,
            _isDurable);
        Volatile.Write(ref *_generation, Generation + 1);
        _loaded = Generation;
    }

    private void Leave(bool isNested = false)
    {
        if (--_depth == 0)
            _lock.Unlock();
        if (!isNested)
            _gate.Exit();
    }

    private static string PathIn(string directory) => Path.Combine(directory, "inventory.json");

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _counter.Dispose();
        _lock.Dispose();
    }

    /// <summary>The inventory while nobody else can change it; the default value is of a library that has none.</summary>
    internal readonly ref struct Access
    {
        private readonly Inventory _inventory;

        internal Access(Inventory inventory) => _inventory = inventory;

        /// <summary>Full elements by their addresses, in ascending order.</summary>
        internal IReadOnlyDictionary<int, ElementContent> Elements => _inventory._elements;

        internal ElementContent? this[int address] => _inventory._elements.TryGetValue(address, out ElementContent content) ? content : null;

        /// <summary>What happened to the library, and what is wrong with it.</summary>
        internal RobotDocument Robot => _inventory?._robot ?? RobotDocument.Sound;

        /// <summary>Where a cartridge is; null for the shelf.</summary>
        internal int? Find(string barcode)
        {
            foreach ((int address, ElementContent content) in _inventory._elements)
            {
                if (content.Barcode == barcode)
                    return address;
            }
            return null;
        }

        /// <summary>Changes elements, all of them or none: null empties one.</summary>
        /// <exception cref="IOException">The host could not keep it; nothing is changed.</exception>
        internal void Change(params ReadOnlySpan<(int Address, ElementContent? Content)> changes) => Change(_inventory._robot, changes);

        /// <summary>The same, with what happened to the robot.</summary>
        /// <exception cref="IOException">The host could not keep it; nothing is changed.</exception>
        internal void Change(RobotDocument robot, params ReadOnlySpan<(int Address, ElementContent? Content)> changes)
        {
            RobotDocument robotBefore = _inventory._robot;
            _inventory._robot = robot;
            SortedDictionary<int, ElementContent> before = _inventory._elements;
            _inventory._elements = new SortedDictionary<int, ElementContent>(before);
            _inventory._changes++;
            foreach ((int address, ElementContent? content) in changes)
            {
                _inventory._elements.Remove(address);
                if (content is not { } there)
                    continue;
                bool isSame = before.TryGetValue(address, out ElementContent old) && old.Barcode == there.Barcode;
                _inventory._elements.Add(address, there with { Arrival = isSame ? old.Arrival : _inventory._changes });
            }
            try
            {
                _inventory.Save();
            }
            catch
            {
                // Whether the file is the old one or the new one is not known: the next one to look reads it.
                _inventory._elements = before;
                _inventory._robot = robotBefore;
                _inventory._loaded = -1;
                throw;
            }
        }

        public void Dispose() => _inventory?.Leave();
    }
}
