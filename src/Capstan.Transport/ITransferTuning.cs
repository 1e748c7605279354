namespace Capstan.Transport;

/// <summary>What can be chosen on the way to a device, where there is a choice.</summary>
public interface ITransferTuning
{
    /// <summary>The host adapter's driver: <c>mpt3sas</c>, <c>iscsi_tcp</c>; empty when unknown.</summary>
    string HostAdapter { get; }

    /// <summary>Whether direct I/O can be chosen now; what is opened or refused on the way changes that.</summary>
    bool CanDirectIo { get; }

    /// <summary>Data goes between buffer and host adapter without a copy in the kernel. Stays false where it cannot be chosen.</summary>
    bool DirectIo { get; set; }
}
