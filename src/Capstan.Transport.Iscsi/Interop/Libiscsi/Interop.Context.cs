using System.Runtime.InteropServices;
using Capstan.Transport.Iscsi;

internal static partial class Interop
{
    /// <summary>iscsi/iscsi.h. The library is found by <see cref="LibiscsiLibrary"/>, which must be asked first.</summary>
    internal static partial class Libiscsi
    {
        internal const string Library = "libiscsi";

        internal const int SessionDiscovery = 1;
        internal const int SessionNormal = 2;
        internal const int HeaderDigestNone = 0;
        internal const int HeaderDigestNoneCrc32C = 1;
        internal const int HeaderDigestCrc32CNone = 2;
        internal const int HeaderDigestCrc32C = 3;
        internal const int ImmediateDataYes = 1;
        internal const int InitialReadyToTransferNo = 0;

        [LibraryImport(Library, EntryPoint = "iscsi_create_context", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial IscsiContextHandle CreateContext(string initiatorName);

        [LibraryImport(Library, EntryPoint = "iscsi_destroy_context")]
        internal static partial int DestroyContext(nint context);

        [LibraryImport(Library, EntryPoint = "iscsi_get_error")]
        internal static partial nint GetError(IscsiContextHandle context);

        [LibraryImport(Library, EntryPoint = "iscsi_get_target_address")]
        internal static partial nint GetTargetAddress(IscsiContextHandle context);

        [LibraryImport(Library, EntryPoint = "iscsi_set_targetname", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int SetTargetName(IscsiContextHandle context, string targetName);

        [LibraryImport(Library, EntryPoint = "iscsi_set_session_type")]
        internal static partial int SetSessionType(IscsiContextHandle context, int sessionType);

        [LibraryImport(Library, EntryPoint = "iscsi_set_header_digest")]
        internal static partial int SetHeaderDigest(IscsiContextHandle context, int headerDigest);

        [LibraryImport(Library, EntryPoint = "iscsi_set_immediate_data")]
        internal static partial int SetImmediateData(IscsiContextHandle context, int immediateData);

        [LibraryImport(Library, EntryPoint = "iscsi_set_initial_r2t")]
        internal static partial int SetInitialReadyToTransfer(IscsiContextHandle context, int initialReadyToTransfer);

        [LibraryImport(Library, EntryPoint = "iscsi_set_isid_random")]
        internal static partial int SetRandomInitiatorSessionId(IscsiContextHandle context, uint random, uint qualifier);

        [LibraryImport(Library, EntryPoint = "iscsi_set_initiator_username_pwd", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int SetInitiatorSecret(IscsiContextHandle context, string user, string secret);

        [LibraryImport(Library, EntryPoint = "iscsi_set_target_username_pwd", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int SetTargetSecret(IscsiContextHandle context, string user, string secret);

        [LibraryImport(Library, EntryPoint = "iscsi_set_noautoreconnect")]
        internal static partial void SetNoAutoReconnect(IscsiContextHandle context, int state);

        [LibraryImport(Library, EntryPoint = "iscsi_set_reconnect_max_retries")]
        internal static partial void SetReconnectMaxRetries(IscsiContextHandle context, int count);

        [LibraryImport(Library, EntryPoint = "iscsi_set_timeout")]
        internal static partial int SetTimeout(IscsiContextHandle context, int seconds);

        [LibraryImport(Library, EntryPoint = "iscsi_set_tcp_keepalive")]
        internal static partial int SetTcpKeepalive(IscsiContextHandle context, int idleSeconds, int count, int intervalSeconds);

        [LibraryImport(Library, EntryPoint = "iscsi_set_tcp_user_timeout")]
        internal static partial void SetTcpUserTimeout(IscsiContextHandle context, int timeoutMilliseconds);

        [LibraryImport(Library, EntryPoint = "iscsi_is_logged_in")]
        internal static partial int IsLoggedIn(IscsiContextHandle context);

        [LibraryImport(Library, EntryPoint = "iscsi_get_fd")]
        internal static partial int GetFileDescriptor(IscsiContextHandle context);

        [LibraryImport(Library, EntryPoint = "iscsi_which_events")]
        internal static partial int WhichEvents(IscsiContextHandle context);

        [LibraryImport(Library, EntryPoint = "iscsi_out_queue_length")]
        internal static partial int OutQueueLength(IscsiContextHandle context);

        [LibraryImport(Library, EntryPoint = "iscsi_service")]
        internal static partial int Service(IscsiContextHandle context, int returnedEvents);
    }
}
