using Capstan.Emulation.Kernel;

namespace Capstan.Emulation.Tests.Kernel;

/// <summary>On a tree that looks like configfs: directories, and relative links as the kernel answers them.</summary>
public sealed class TcmuLeftoversTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string Device => _directory.File("target/core/user_9840/capstan-CAP1");

    private string Target => _directory.File("target/loopback/naa.3000000000000002");

    private string? Describe() => TcmuLeftovers.Describe(_directory.File("target"), [Device, Target], "test/2");

    [Fact]
    public void Nothing_left_is_nothing_to_tell()
    {
        Directory.CreateDirectory(_directory.File("target/loopback"));
        Describe().ShouldBeNull();
    }

    [Fact]
    public void A_link_of_another_target_is_named()
    {
        Directory.CreateDirectory(Device + "/alua/default_tg_pt_gp");
        string lun = Directory.CreateDirectory(_directory.File("target/iscsi/iqn.2026-01.test:a/tpgt_1/lun/lun_3")).FullName;
        Directory.CreateSymbolicLink(lun + "/theirs", "../../../../../../target/core/user_9840/capstan-CAP1");
        // Of another backstore: none of our business.
        Directory.CreateDirectory(_directory.File("target/core/user_9840/capstan-CAP12"));
        Directory.CreateSymbolicLink(lun + "/other", "../../../../../../target/core/user_9840/capstan-CAP12");

        string told = Describe()!;
        told.ShouldContain($"{Device} could not be removed, because this uses it: {lun}/theirs. ");
        told.ShouldContain("`capstan library serve test`");
        told.ShouldNotContain("CAP12");
        told.ShouldNotContain("default_tg_pt_gp");
    }

    [Fact]
    public void Groups_that_others_made_are_named()
    {
        Directory.CreateDirectory(Device + "/alua/theirs");
        Directory.CreateDirectory(Device + "/alua/default_tg_pt_gp");
        Directory.CreateDirectory(Target + "/tpgt_1/lun/lun_1");
        Directory.CreateDirectory(Target + "/tpgt_1/attrib");

        string told = Describe()!;
        told.ShouldContain($"{Device} and {Target} could not be removed");
        told.ShouldContain($"this uses it: {Device}/alua/theirs, {Target}/tpgt_1, {Target}/tpgt_1/lun/lun_1. ");
    }

    [Fact]
    public void Where_nothing_is_found_the_kernels_log_is_named()
    {
        Directory.CreateDirectory(Device);
        Describe()!.ShouldContain("dmesg");
    }
}
