using Capstan.Tests;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>Libraries that call themselves libiscsi, made with the C compiler: which ones are taken.</summary>
public sealed class LibiscsiLibraryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("capstan-libiscsi").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // The structures of scsi-lowlevel.h, version 1.19.0, with places where another version could differ.
    private const string Source =
        """
        #include <stdint.h>
        #include <stdlib.h>
        #include <string.h>
        struct scsi_sense { unsigned char error_type; int key; int ascq; unsigned a:1, b:1, c:1; unsigned char bit_pointer; uint16_t field_pointer; IN_SENSE };
        struct scsi_data { int size; unsigned char *data; IN_DATA };
        struct scsi_task { int status; FIRST int cdb_size; int xfer_dir; int expxferlen; unsigned char cdb[CDB]; int residual_status; size_t residual;
          BEFORE_SENSE struct scsi_sense sense; struct scsi_data datain; void *mem; void *ptr; uint32_t itt, cmdsn, lun; char rest[512]; };
        struct scsi_task *scsi_create_task(int n, unsigned char *cdb, int dir, int len)
        { struct scsi_task *t = calloc(1, sizeof *t); memcpy(t->cdb, cdb, n); t->cdb_size = n; t->xfer_dir = dir; t->expxferlen = len; return t; }
        void scsi_free_scsi_task(struct scsi_task *t) { free(t->datain.data); free(t); }
        void scsi_set_task_private_ptr(struct scsi_task *t, void *p) { t->ptr = p; }
        int scsi_task_get_status(struct scsi_task *t, struct scsi_sense *s) { if (s) memcpy(s, &t->sense, sizeof *s); return t->status; }
        void iscsi_set_reconnect_max_retries(void) {}
        void iscsi_scsi_command_async(void) {}
        void scsi_task_set_iov_in(void) {}
        void scsi_task_set_iov_out(void) {}
        #ifndef NO_GUARD
        void iscsi_set_noautoreconnect(void) {}
        #endif
        """;

    private string Make(string name, params string[] defines)
    {
        string source = Path.Combine(_directory, name + ".c");
        string library = Path.Combine(_directory, name);
        File.WriteAllText(source, Source);
        string[] places = ["IN_SENSE", "IN_DATA", "FIRST", "BEFORE_SENSE"];
        string[] all = [.. places.Where(place => !defines.Any(define => define.StartsWith(place + "=", StringComparison.Ordinal))).Select(place => place + "="), .. defines];
        if (!all.Any(define => define.StartsWith("CDB=", StringComparison.Ordinal)))
            all = [.. all, "CDB=16"];
        CCompiler.Compile(source, library, ["-shared", "-fPIC", .. all.Select(define => "-D" + define)]);
        return library;
    }

    [Fact]
    public void The_newest_that_is_there_comes_first() =>
        LibiscsiLibrary.Names.ShouldBe(["libiscsi.so.11", "libiscsi.so.10", "libiscsi.so.9", "libiscsi.so.8", "libiscsi.so.7"]);

    [Fact]
    public void One_with_the_known_structures_is_taken()
    {
        string library = Make("same.so");
        LibiscsiLibrary.Load(["libiscsi.so.none", library]).Name.ShouldBe(library);
    }

    [Theory]
    [InlineData("FIRST=int more;")]
    [InlineData("CDB=32")]
    [InlineData("BEFORE_SENSE=size_t more;")]
    [InlineData("IN_SENSE=int more;")]
    [InlineData("IN_DATA=size_t more;")]
    [InlineData("NO_GUARD")]
    public void One_that_differs_is_refused_by_name_with_the_package(string difference)
    {
        string library = Make("other.so", difference);
        var e = Should.Throw<ScsiTransportException>(() => LibiscsiLibrary.Load([library]));
        e.Fault.ShouldBe(TransportFault.NotFound);
        e.Message.ShouldStartWith(library);
        e.Message.ShouldContain("Debian's package libiscsi7");
    }

    [Fact]
    public void One_that_differs_does_not_keep_an_older_one_that_fits_from_being_used()
    {
        string newer = Make("newer.so", "CDB=32"), older = Make("older.so");
        LibiscsiLibrary.Load([newer, older]).Name.ShouldBe(older);
    }
}
