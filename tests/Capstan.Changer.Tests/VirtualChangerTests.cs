using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Scsi;
using CsCheck;

namespace Capstan.Changer.Tests;

/// <summary>The driver and the virtual library's robot.</summary>
public sealed class VirtualChangerTests
{
    [Fact]
    public void A_cartridge_goes_into_a_drive_and_back()
    {
        using var directory = new TestDirectory();
        using VirtualLibrary library = Rig.Library(directory.File("library"), slots: 4, cartridges: 3);
        using MediaChanger changer = MediaChanger.Open(library.OpenChanger());
        LibraryStatus before = changer.ReadStatus();
        before.Drives.Select(drive => drive.Device?.SerialNumber).ShouldBe([library.IdentityOf(0).SerialNumber, library.IdentityOf(1).SerialNumber]);
        changer.Move(before.Place(2)!, before.Drive(1)!);
        LibraryStatus during = changer.ReadStatus();
        during.Drive(1)!.Barcode.ShouldBe("CAP002L9");
        during.Drive(1)!.Source.ShouldBe(before.Place(2)!.Address);
        during.Place(2)!.IsFull.ShouldBeFalse();
        changer.Move(during.Drive(1)!, during.Place(2)!);
        changer.ReadStatus().Place(2)!.Barcode.ShouldBe("CAP002L9");
    }

    [Fact]
    public void The_hand_the_labels_and_the_lock()
    {
        using var directory = new TestDirectory();
        using VirtualLibrary library = Rig.Library(directory.File("library"), slots: 4, cartridges: 3);
        using MediaChanger changer = MediaChanger.Open(library.OpenChanger());
        changer.PositionTo(changer.ReadStatus().Place(1)!);
        changer.PreventRemoval(true);
        changer.PreventRemoval(false);
        changer.InitializeElementStatus().Command.ShouldBe("INITIALIZE ELEMENT STATUS");
        changer.InitializeElementStatus(new ElementRange(0x1000, 2)).IsAll.ShouldBeFalse();
        changer.ReadModePage<DeviceCapabilities>().ShouldNotBeNull().Moves.Allows(ElementType.Storage, ElementType.DataTransfer).ShouldBeTrue();
    }

    /// <summary>Any sequence of moves and exchanges, against a dictionary of what is where.</summary>
    [Fact]
    public void Moves_agree_with_a_model()
    {
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 7]).Array[1, 40].Sample(steps =>
        {
            using var directory = new TestDirectory();
            using VirtualLibrary library = Rig.Library(directory.File("library"), slots: 4, cartridges: 3);
            using MediaChanger changer = MediaChanger.Open(library.OpenChanger());
            LibraryStatus status = changer.ReadStatus();
            LibraryElement[] places = [.. status.Slots, .. status.MailSlots, .. status.Drives];
            string?[] model = [.. places.Select(place => place.Barcode)];
            foreach ((int from, int to, int third) in steps)
            {
                LibraryElement Now(int index) => places[index] with { IsFull = model[index] is not null, Barcode = model[index] };
                ChangerFault? fault = null;
                try
                {
                    if (third == places.Length)
                        changer.Move(Now(from), Now(to));
                    else
                        changer.Exchange(Now(from), Now(to), Now(third));
                }
                catch (ChangerException e)
                {
                    fault = e.Fault;
                }

                if (third == places.Length)
                {
                    fault.ShouldBe(model[from] is null ? ChangerFault.SourceEmpty : from != to && model[to] is not null ? ChangerFault.DestinationFull : null);
                    if (fault is null)
                        (model[from], model[to]) = (from == to ? model[to] : null, model[from]);
                }
                else
                {
                    bool isPossible = from != to && third != to && model[from] is not null && model[to] is not null && (third == from || model[third] is null);
                    (fault is null).ShouldBe(isPossible);
                    if (isPossible)
                    {
                        (string? one, string? other) = (model[from], model[to]);
                        model[from] = null;
                        model[to] = one;
                        model[third] = other;
                    }
                }

                LibraryStatus now = changer.ReadStatus();
                LibraryElement[] seen = [.. now.Slots, .. now.MailSlots, .. now.Drives];
                seen.Select(place => place.Barcode).ShouldBe(model);
            }
        }, iter: 40);
    }
}
