using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.SgIo;

namespace Capstan.Transport.SgIo.Tests;

public class SgIoErrorsTests
{
    private static readonly Cdb SecurityProtocolOut = Cdb.FromBytes([0xB5, 0x20, 0, 0x10, 0, 0, 0, 0, 0, 0x34, 0, 0]);

    private static readonly SgIoErrors.NodeAccess TapeGroup = new(0x1B0, "tape"); // 0660

    [Theory]
    [InlineData(2, TransportFault.NotFound, "no such device")]   // ENOENT
    [InlineData(6, TransportFault.NotFound, "no device behind")] // ENXIO
    [InlineData(19, TransportFault.NotFound, "no device behind")] // ENODEV
    [InlineData(13, TransportFault.PermissionDenied, "group 'tape'")] // EACCES
    [InlineData(1, TransportFault.PermissionDenied, "usermod -aG tape")] // EPERM
    [InlineData(30, TransportFault.PermissionDenied, "read-only")] // EROFS
    [InlineData(16, TransportFault.Busy, "in use by another program")] // EBUSY
    [InlineData(24, TransportFault.NotSent, "errno 24")] // EMFILE
    public void Opening_fails_with_words(int errno, TransportFault fault, string words)
    {
        ScsiTransportException exception = SgIoErrors.Open("/dev/sg1", errno, TapeGroup);
        exception.Fault.ShouldBe(fault);
        exception.Message.ShouldStartWith("/dev/sg1: ");
        exception.Message.ShouldContain(words);
    }

    [Fact]
    public void A_group_without_rights_is_not_recommended()
    {
        string message = SgIoErrors.Open("/dev/sg1", 13, new SgIoErrors.NodeAccess(0x180, "root")).Message; // 0600
        message.ShouldContain("mode 600");
        message.ShouldContain("udev");
        message.ShouldNotContain("usermod");
    }

    [Theory]
    [InlineData(1, TransportFault.PermissionDenied, "CAP_SYS_RAWIO")]
    [InlineData(13, TransportFault.PermissionDenied, "operation code B5h")]
    [InlineData(12, TransportFault.NotSent, "def_reserved_size")]
    [InlineData(22, TransportFault.NotSent, "1048576 bytes is more than the host adapter takes")]
    [InlineData(16, TransportFault.Busy, "queue")]
    [InlineData(33, TransportFault.Busy, "queue")]
    [InlineData(4, TransportFault.Transient, "may have been carried out")]
    [InlineData(19, TransportFault.Lost, "gone")]
    [InlineData(6, TransportFault.Lost, "gone")]
    [InlineData(71, TransportFault.Lost, "errno 71")]
    public void Executing_fails_with_words(int errno, TransportFault fault, string words)
    {
        ScsiTransportException exception = SgIoErrors.Execute("/dev/sg1", SecurityProtocolOut, 1 << 20, errno);
        exception.Fault.ShouldBe(fault);
        exception.Message.ShouldContain(words);
    }

    [Fact]
    public void A_command_that_the_kernel_refuses_is_named_with_what_is_missing()
    {
        // Refused although the node is open for writing: the group is no remedy.
        string writer = SgIoErrors.Execute("/dev/sg1", SecurityProtocolOut, 0, 1).Message;
        writer.ShouldContain("EPERM");
        writer.ShouldContain("CAP_SYS_RAWIO");
        writer.ShouldNotContain("usermod");

        // Refused because the node is open for reading only: write permission is one.
        var rewind = Cdb.FromBytes([0x01, 0, 0, 0, 0, 0]);
        string reader = SgIoErrors.Execute("/dev/sg1", rewind, 0, 1, new SgIoErrors.NodeAccess(0x1A0, "tape")).Message; // 0640
        reader.ShouldStartWith("/dev/sg1: the kernel refused REWIND (operation code 01h) with EPERM.");
        reader.ShouldContain("reading only");
        reader.ShouldContain("CAP_SYS_RAWIO");
        reader.ShouldContain("mode 640");
    }

    [Fact]
    public void Who_may_only_read_is_told_of_the_helper()
    {
        string message = SgIoErrors.OnlyReadable("/dev/sg1", new SgIoErrors.NodeAccess(0x1A0, "tape")).Message;
        message.ShouldContain("/usr/libexec/capstan/capstan-sg-helper");
        message.ShouldContain("mode 640");
    }

    [Fact]
    public void The_matching_node_is_named()
    {
        SgIoErrors.NotGeneric("/dev/nst0", "the kernel tape driver's", "/dev/sg3").Message.ShouldBe(
            "/dev/nst0 is not a SCSI generic device but the kernel tape driver's; use /dev/sg3, which is the same drive.");
        SgIoErrors.NotGeneric("/dev/null", null, null).Message.ShouldBe(
            "/dev/null is not a SCSI generic device; for /dev/stN or /dev/nstN use the matching /dev/sgM ('lsscsi -g' shows it).");
    }

    [Fact]
    public void Group_names_come_from_the_group_file()
    {
        string file = Path.Combine(Path.GetTempPath(), $"group-{Guid.NewGuid():N}");
        File.WriteAllText(file, "root:x:0:\nbroken\ntape:x:26:anna\n");
        try
        {
            GroupNames.Find(26, file).ShouldBe("tape");
            GroupNames.Find(27, file).ShouldBe("27");
            GroupNames.Find(26, file + "-missing").ShouldBe("26");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
