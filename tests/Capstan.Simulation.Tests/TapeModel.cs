using Capstan.Operations.Movement;

namespace Capstan.Simulation.Tests;

/// <summary>
/// A tape as a list: the length of each block, 0 for a filemark. It moves one object at a time, and so shares nothing with an index
/// of filemarks. What each movement is made of is Linux's (drivers/scsi/st.c, st_int_ioctl).
/// </summary>
internal sealed class TapeModel
{
    private readonly List<int> _objects = [];

    public IReadOnlyList<int> Objects => _objects;

    /// <summary>The object that is next.</summary>
    public int At { get; set; }

    /// <summary>Filemarks behind the tape's beginning.</summary>
    public long File => _objects.Take(At).Count(static length => length == 0);

    public int Filemarks => _objects.Count(static length => length == 0);

    /// <summary>Writes: what was behind is gone. Nothing written changes nothing.</summary>
    public void Put(IEnumerable<int> objects)
    {
        int[] added = [.. objects];
        if (added.Length == 0)
            return;
        _objects.RemoveRange(At, _objects.Count - At);
        _objects.AddRange(added);
        At = _objects.Count;
    }

    /// <summary>False when it ended before its count: mt says "Input/output error" then.</summary>
    public bool Move(TapeMove move, long count)
    {
        switch (move)
        {
            case TapeMove.Fsf:
                return Marks(count, 1);
            case TapeMove.Bsf:
                return Marks(count, -1);
            case TapeMove.Fsfm:
                return Marks(count, 1) && Marks(1, -1);
            case TapeMove.Bsfm:
                return Marks(count, -1) && Marks(1, 1);
            case TapeMove.Fsr:
                return Blocks(count, 1);
            case TapeMove.Bsr:
                return Blocks(count, -1);
            case TapeMove.Asf:
                At = 0;
                return Marks(count, 1);
            case TapeMove.Seek:
                At = (int)Math.Min(count, _objects.Count);
                return At == count;
            case TapeMove.Eod:
                At = _objects.Count;
                return true;
            default:
                At = 0;
                return true;
        }
    }

    private bool Marks(long count, int direction)
    {
        while (count > 0)
        {
            if (Pass(direction) is not { } met)
                return false;
            count -= met == 0 ? 1 : 0;
        }

        return true;
    }

    /// <summary>A filemark in the way is passed and ends it.</summary>
    private bool Blocks(long count, int direction)
    {
        for (; count > 0; count--)
        {
            if (Pass(direction) is not > 0)
                return false;
        }

        return true;
    }

    /// <summary>One object in that direction; null at an end of the tape.</summary>
    private int? Pass(int direction)
    {
        if (direction > 0)
            return At < _objects.Count ? _objects[At++] : null;
        return At > 0 ? _objects[--At] : null;
    }
}
