namespace Capstan.Emulation.Ssc;

/// <summary>Where a drive is built in: a library whose robot brings and takes cartridges.</summary>
internal interface IDriveBay
{
    /// <summary>Serial number of the changer that serves the drive; null where cartridges are changed by hand.</summary>
    string? AutomationSerialNumber { get; }

    /// <summary>The address by which that changer knows it.</summary>
    int ElementAddress { get; }

    /// <summary>Before a command: takes note of what the robot did since the last one.</summary>
    void Look();

    /// <summary>LOAD of a cartridge that was pushed out: seats it again, if it is still there. Else the drive is empty.</summary>
    bool TryPullIn();

    /// <summary>The cartridge is pushed out: the robot may take it from here on.</summary>
    void PushedOut();

    /// <summary>A cleaning cartridge did its work.</summary>
    void Cleaned();
}
