using System.Globalization;
using Capstan.Tests;
using Capstan.Transport.Iscsi;

namespace Capstan.Conformance.Iscsi;

/// <summary>A tgtd of its own with two targets: a tape drive, and a changer with a drive, slots and cartridges.</summary>
internal sealed class TgtLibrary : IDisposable
{
    private const string TapeName = "iqn.2026-11.test.capstan:conformance-tape";
    private const string ChangerName = "iqn.2026-11.test.capstan:conformance-changer";
    private const int TapeMegabytes = 100;

    private readonly TgtDaemon _daemon = new();

    internal TgtLibrary()
    {
        try
        {
            _daemon.Start();
            _daemon.MakeTapeTarget("1", TapeName, MakeCartridge("A00001L4"));
            MakeChanger();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal IscsiAddress Tape => new(new IscsiPortal("127.0.0.1", _daemon.Port), TapeName, 1);

    internal IscsiAddress Changer => new(new IscsiPortal("127.0.0.1", _daemon.Port), ChangerName, 2);

    public void Dispose() => _daemon.Dispose();

    private void MakeChanger()
    {
        string configuration = Path.Combine(_daemon.Folder, "smc");
        File.WriteAllBytes(configuration, new byte[1024]);
        _daemon.MakeTapeTarget("2", ChangerName, MakeCartridge("DRIVE0L4"));
        _daemon.Admin("--mode", "logicalunit", "--op", "new", "--tid", "2", "--lun", "2", "-b", configuration, "--device-type", "changer");
        Element($"media_home={_daemon.Folder}");
        Element("element_type=1,start_address=1,quantity=1");
        Element("element_type=2,start_address=1024,quantity=8");
        Element("element_type=3,start_address=800,quantity=2");
        Element("element_type=4,start_address=500,quantity=1");
        Element("element_type=4,address=500,tid=2,lun=1");
        foreach ((int slot, string barcode) in new[] { (1024, "B00001L4"), (1025, "B00002L4"), (1026, "B00003L4") })
        {
            MakeCartridge(barcode);
            Element(string.Create(CultureInfo.InvariantCulture, $"element_type=2,address={slot},barcode={barcode},sides=1"));
        }
    }

    private void Element(string parameters) => _daemon.Admin("--mode", "logicalunit", "--op", "update", "--tid", "2", "--lun", "2", "--params", parameters);

    private string MakeCartridge(string barcode) => _daemon.MakeCartridge(barcode, barcode, TapeMegabytes);
}
