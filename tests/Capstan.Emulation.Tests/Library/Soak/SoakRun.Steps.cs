using Capstan.Emulation.Ssc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Library.Soak;

/// <summary>What can happen.</summary>
internal sealed partial class SoakRun
{
    private void Move()
    {
        int host = _random.Next(2), source = SomePlace(full: true), destination = SomePlace(full: false);
        Note($"  host {host}: {source:X} to {destination:X}");
        Transferred(Send(host, new MoveMedium((ushort)_map.FirstTransport, (ushort)source, (ushort)destination)), _model.Transfer(host, source, destination, null));
    }

    private void Exchange()
    {
        int host = _random.Next(2), source = SomePlace(full: true), first = SomePlace(full: true);
        int second = _random.Next(2) == 0 ? source : SomePlace(full: false);
        Note($"  host {host}: {source:X} to {first:X}, its cartridge to {second:X}");
        Transferred(
            Send(host, new ExchangeMedium((ushort)_map.FirstTransport, (ushort)source, (ushort)first, (ushort)second)),
            _model.Transfer(host, source, first, second));
    }

    private static void Transferred(Answer answer, bool isDone)
    {
        if (isDone)
            answer.Text.ShouldBe("");
        else
            answer.Text.ShouldBeOneOf("5/21/01", "5/3B/0D", "5/3B/0E", "5/53/02");
    }

    private void Write()
    {
        if (SomeDrive(MediumState.Loaded) is not var (host, drive))
            return;
        for (int left = 1 + _random.Next(6); left > 0; left--)
        {
            TapeObject written = SomeObject();
            Note($"  host {host}, drive {drive + 1}: {written} at {_model.Drives[drive].Position}");
            Answer answer = Host(host).Execute(drive, WriteOf(written), ContentOf(written), 0);
            if (_model.Write(drive, written))
                answer.Text.ShouldBeOneOf("", "0/00/02");
            else
                answer.Text.ShouldBe("D/00/02");
        }
    }

    private void Read()
    {
        if (SomeDrive(MediumState.Loaded) is not var (host, drive))
            return;
        List<TapeObject> tape = _model.TapeIn(drive);
        bool isWhole = _random.Next(4) == 0;
        if (isWhole)
            Rewind(host, drive);
        int from = _model.Drives[drive].Position;
        int count = isWhole ? tape.Count + 1 : 1 + _random.Next(8);
        Note($"  host {host}, drive {drive + 1}: {count} from {from}");
        _ = ReadOn(Host(host), drive, tape, from, count);
        _model.Drives[drive].Position = Math.Min(from + count, tape.Count);
    }

    private void Reposition()
    {
        if (SomeDrive(MediumState.Loaded) is not var (host, drive))
            return;
        List<TapeObject> tape = _model.TapeIn(drive);
        int to = _random.Next(tape.Count + 1);
        int choice = _random.Next(4);
        Note($"  host {host}, drive {drive + 1}: way {choice} to {to}");
        switch (choice)
        {
            case 0:
                Rewind(host, drive);
                return;
            case 1:
                Host(host).Execute(drive, Bytes(new Space6(SpaceCode.EndOfData, 0)), [], 0).Text.ShouldBe("");
                _model.Drives[drive].Position = tape.Count;
                return;
            case 2 when tape.Exists(static one => one.IsFilemark):
                Rewind(host, drive);
                int marks = 1 + _random.Next(tape.Count(static one => one.IsFilemark));
                Host(host).Execute(drive, Bytes(new Space6(SpaceCode.Filemarks, marks)), [], 0).Text.ShouldBe("");
                _model.Drives[drive].Position = tape.Select(static (one, index) => (one, index)).Where(static one => one.one.IsFilemark).ElementAt(marks - 1).index + 1;
                return;
            default:
                Host(host).Execute(drive, Bytes(new Locate16(LocateTarget.LogicalObject((ulong)to))), [], 0).Text.ShouldBe("");
                _model.Drives[drive].Position = to;
                return;
        }
    }

    private void Rewind(int host, int drive)
    {
        Host(host).Execute(drive, Bytes(new Rewind()), [], 0).Text.ShouldBe("");
        _model.Drives[drive].Position = 0;
    }

    private void Eject()
    {
        if (SomeDrive(MediumState.Loaded) is not var (host, drive))
            return;
        Note($"  host {host}, drive {drive + 1}");
        Answer answer = Host(host).Execute(drive, Bytes(new LoadUnload(Load: false)), [], 0);
        answer.Text.ShouldBe(_model.Drives[drive].IsRemovalPrevented ? "5/53/02" : "");
        if (answer.IsGood)
            _model.Eject(drive);
    }

    private void Load()
    {
        if (SomeDrive(_random.Next(4) == 0 ? MediumState.Empty : MediumState.Ejected) is not var (host, drive))
            return;
        Note($"  host {host}, drive {drive + 1}: {_model.Drives[drive].Medium}");
        Answer answer = Host(host).Execute(drive, Bytes(new LoadUnload(Load: true)), [], 0);
        answer.Text.ShouldBe(_model.Drives[drive].Medium == MediumState.Empty ? "2/3A/00" : "");
        if (answer.IsGood)
            _model.Drives[drive] = _model.Drives[drive] with { Medium = MediumState.Loaded, Position = 0 };
    }

    private void Prevent()
    {
        if (SomeDrive(null) is not var (host, drive))
            return;
        bool prevent = _random.Next(3) == 0;
        Note($"  host {host}, drive {drive + 1}: {prevent}");
        Host(host).Execute(drive, Bytes(new PreventAllowMediumRemoval(prevent)), [], 0).Text.ShouldBe("");
        _model.Drives[drive].IsRemovalPrevented = prevent;
    }

    /// <summary>Somebody opens the door, or a mail slot.</summary>
    private void ByHand()
    {
        int host = _random.Next(2);
        int address = _places[_random.Next(SlotCount + MailSlotCount)];
        if (_model.Shelf.Count > 0 && _random.Next(2) == 0)
        {
            string barcode = _model.Shelf.ElementAt(_random.Next(_model.Shelf.Count));
            Note($"  host {host}: {barcode} into {address:X}");
            if (_model.Elements.ContainsKey(address))
            {
                Should.Throw<HostRefusalException>(() => Host(host).PutIn(barcode, address));
                return;
            }
            Host(host).PutIn(barcode, address);
            _model.PutIn(barcode, address);
        }
        else if (!_model.Elements.ContainsKey(address))
        {
            Note($"  host {host}: nothing out of {address:X}");
            Should.Throw<HostRefusalException>(() => Host(host).TakeOut(address));
        }
        else if (_model.Shelf.Count < 4)
        {
            Note($"  host {host}: out of {address:X}");
            Host(host).TakeOut(address);
            _model.TakeOut(address);
        }
    }

    private void AnothersDrive()
    {
        int drive = _random.Next(DriveCount);
        if (_model.Drives[drive].Owner is { } owner)
            Should.Throw<HostRefusalException>(() => Host(1 - owner).Open(drive)).Message.ShouldContain("in use by process");
    }

    private void Close()
    {
        if (SomeDrive(null) is var (host, drive))
            Host(host).Close(drive);
    }

    private void Restart()
    {
        int host = _random.Next(2);
        Note($"  host {host}");
        Leave(host);
    }

    private Answer Send<TCommand>(int host, TCommand command) where TCommand : struct, IScsiCommand<TCommand> =>
        AskChanger(Host(host), Bytes(command));

    /// <summary>An element that is as asked for, most of the time.</summary>
    private int SomePlace(bool full)
    {
        // Drives are few, and it is about them.
        int[] places = _random.Next(3) == 0 ? _places[^DriveCount..] : _places;
        int place = places[_random.Next(places.Length)];
        for (int tries = 0; tries < 5 && _model.Elements.ContainsKey(place) != full; tries++)
            place = places[_random.Next(places.Length)];
        return place;
    }

    /// <summary>A drive in this state, and the process that has it or takes it now; null when there is none.</summary>
    private (int Host, int Drive)? SomeDrive(MediumState? state)
    {
        int[] drives = [.. Enumerable.Range(0, DriveCount).Where(drive => state is null || _model.Drives[drive].Medium == state)];
        if (drives.Length == 0)
            return null;
        int drive = drives[_random.Next(drives.Length)];
        int host = _model.Drives[drive].Owner ?? _random.Next(2);
        Host(host).Open(drive);
        _model.Drives[drive].Owner = host;
        Settle(Host(host), drive, _model.Drives[drive].Medium);
        return (host, drive);
    }

    private TapeObject SomeObject() => new(++_nextSeed, _random.Next(4) == 0 ? 0 : 1 + _random.Next(MaxBlockBytes));

    private byte[] WriteOf(TapeObject written) => written.IsFilemark ? Bytes(new WriteFilemarks6(1, _random.Next(2) == 0)) : Bytes(new Write6(false, written.Length));

    private static byte[] ContentOf(TapeObject written) => written.IsFilemark ? [] : CartridgeTesting.Block(written.Seed, written.Length);
}
