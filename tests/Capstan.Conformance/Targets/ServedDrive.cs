namespace Capstan.Conformance.Targets;

/// <summary>What is lost of the virtual drive on its way through the kernel: LIO's target_core_user and tcm_loop (Linux 6.1).</summary>
public static class ServedDrive
{
    /// <summary>What unit serial numbers of virtual drives begin with.</summary>
    public const string SerialNumberPrefix = "CAP";

    public static Declarations Declared() => new Declarations()
        .Lacks(
            "the kernel takes a read length of 0 for \"not given\" (drivers/target/target_core_user.c, tcmu_handle_completion): residual 0",
            "Read6.AFilemarkHasAResidual")
        .Lacks(
            "the kernel answers REPORT LUNS itself (drivers/target/target_core_device.c, passthrough_parse_cdb), and does not look at SELECT REPORT",
            "ReportLuns.AReservedReportIsRefused", "ReportLuns.WellKnownOnesOnly");
}
