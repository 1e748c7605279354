using CsCheck;

namespace Capstan.Scsi.Tests;

public class ModePageTests
{
    [Fact]
    public void Data_compression()
    {
        var page = new DataCompression
        {
            CompressionEnabled = true,
            CompressionCapable = true,
            DecompressionEnabled = true,
            CompressionAlgorithm = 0xFFFFFFFF,
            DecompressionAlgorithm = 0xFFFFFFFF,
        };
        IsCaptured(page, "lto5-mode-sense-10-0f");
        Golden(page with { ReportExceptionOnDecompression = 2, CompressionAlgorithm = 1, DecompressionAlgorithm = 0x01020304, ParametersSaveable = true },
            "8F0E C0C0 00000001 01020304 00000000");
    }

    [Fact]
    public void Device_configuration()
    {
        IsCaptured(
            new DeviceConfiguration
            {
                WriteDelayTime = 100,
                LogicalObjectIdentifiersSupported = true,
                EnableEndOfDataGeneration = true,
                SynchronizeAtEarlyWarning = true,
                SelectDataCompressionAlgorithm = 1,
                WormTamperReadEnable = 2,
            },
            "lto5-mode-sense-10-10");
        Golden(
            new DeviceConfiguration
            {
                ChangeActiveFormat = true,
                ActiveFormat = 0x11,
                ActivePartition = 1,
                WriteObjectBufferFullRatio = 2,
                ReadObjectBufferEmptyRatio = 3,
                WriteDelayTime = 0x0405,
                ObjectBufferRecovery = true,
                AutomaticVelocityControl = true,
                StopOnConsecutiveFilemarks = 2,
                RecoverObjectBufferOrder = true,
                ReportEarlyWarning = true,
                EndOfDataDefined = 3,
                SoftwareWriteProtect = true,
                BlockAddressModeLock = true,
                BlockAddressMode = true,
                ObjectBufferSizeAtEarlyWarning = 0x060708,
                OnlyIfReserved = true,
                RewindOnReset = 1,
                AssociatedWriteProtect = true,
                PersistentWriteProtect = true,
                PermanentWriteProtect = true,
            },
            "100E 3101 0203 0405 9B 00 67 060708 00 2F");
    }

    [Fact]
    public void Disconnect_reconnect()
    {
        IsCaptured(new DisconnectReconnect { BufferFullRatio = 0x32, BufferEmptyRatio = 0x32, MaximumBurstSize = 0x0400 }, "lto5-mode-sense-10-02");
        Golden(
            new DisconnectReconnect
            {
                BufferFullRatio = 1,
                BufferEmptyRatio = 2,
                BusInactivityLimit = 0x0304,
                DisconnectTimeLimit = 0x0506,
                ConnectTimeLimit = 0x0708,
                MaximumBurstSize = 0x090A,
                EnableModifyDataPointers = true,
                FairArbitration = 5,
                DisconnectImmediate = true,
                DataTransferDisconnectControl = 3,
                FirstBurstSize = 0x0B0C,
            },
            "020E 0102 0304 0506 0708 090A DB 00 0B0C");
    }

    [Fact]
    public void Read_write_error_recovery()
    {
        IsCaptured(default(ReadWriteErrorRecovery), "lto5-mode-sense-10-01");
        Golden(
            new ReadWriteErrorRecovery { TransferBlock = true, PostError = true, DisableCorrection = true, ReadRetryCount = 0x11, WriteRetryCount = 0x22 },
            "010A 25 11 00000000 22 000000");
        Golden(new ReadWriteErrorRecovery { EnableEarlyRecovery = true, DisableTransferOnError = true }, "010A 0A 00 00000000 00 000000");
    }

    [Fact]
    public void Medium_partition()
    {
        IsCaptured(
            new MediumPartition
            {
                MaximumAdditionalPartitions = 1,
                FixedDataPartitions = true,
                PartitionSizeUnit = 3,
                PartitionOnFormat = true,
                MediumFormatRecognition = 3,
                PartitionUnits = 4,
                PartitionSize0 = 0xCCCC,
            },
            "lto5-mode-sense-10-11");
        Golden(
            new MediumPartition
            {
                MaximumAdditionalPartitions = 3,
                AdditionalPartitionsDefined = 2,
                SelectDataPartitions = true,
                InitiatorDefinedPartitions = true,
                PartitionSizeUnit = 2,
                Clear = true,
                AddPartitions = true,
                PartitioningType = 1,
                PartitionUnits = 9,
                PartitionSize0 = 0x0102,
                PartitionSize1 = 0x0304,
                PartitionSize2 = 0x0506,
                PartitionSize3 = 0xFFFF,
            },
            "110E 0302 73 00 19 00 0102 0304 0506 FFFF");
    }

    [Fact]
    public void Medium_partition_with_fewer_sizes_as_drives_of_one_partition_send_it()
    {
        MediumPartition.TryDecode(Hex.Bytes("1108 0000 3C 03 09 00 1234 FFFF"), out MediumPartition page).ShouldBeTrue();
        page.PartitionSize0.ShouldBe((ushort)0x1234);
        page.PartitionSize1.ShouldBe((ushort)0);
    }

    [Fact]
    public void Informational_exceptions()
    {
        IsCaptured(new InformationalExceptions { DisableExceptionControl = true, MethodOfReporting = 3 }, "lto5-mode-sense-10-1c");
        Golden(
            new InformationalExceptions
            {
                Performance = true,
                EnableWarning = true,
                Test = true,
                LogErrors = true,
                MethodOfReporting = 6,
                IntervalTimer = 0x01020304,
                ReportCountOrTestFlag = 0xFFFFFFC0,
            },
            "1C0A 95 06 01020304 FFFFFFC0");
        Golden(new InformationalExceptions { EnableBackgroundFunction = true, EnableBackgroundError = true }, "1C0A 22 00 00000000 00000000");
    }

    [Fact]
    public void Medium_configuration()
    {
        IsCaptured(new MediumConfiguration { WormLabelRestrictions = 1, WormFilemarkRestrictions = 1 }, "lto5-mode-sense-10-1d");
        Golden(new MediumConfiguration { WormMode = true, WormLabelRestrictions = 1, WormFilemarkRestrictions = 2 },
            "1D1E 01 00 01 02 0000000000000000000000000000000000000000000000000000");
    }

    [Fact]
    public void Control()
    {
        IsCaptured(default(Control), "lto5-mode-sense-10-0a");
        Golden(
            new Control
            {
                TaskSetType = 1,
                TaskManagementOnly = true,
                DescriptorSense = true,
                QueueAlgorithmModifier = 1,
                QueueError = 3,
                UnitAttentionInterlock = 2,
                SoftwareWriteProtect = true,
                TaskAbortedStatus = true,
                AutoloadMode = 2,
                BusyTimeout = 0x0102,
                SelfTestSeconds = 0x0304,
            },
            "0A0A 34 16 28 42 0000 0102 0304");
        Golden(new Control { GlobalLoggingSaveDisable = true, ReportLogExceptions = true, NoUnitAttentionOnRelease = true, ReportCheck = true },
            "0A0A 03 08 40 00 0000 0000 0000");
    }

    // SSC-4: subpage format, page length 001Ch.
    [Fact]
    public void Control_data_protection()
    {
        Golden(new ControlDataProtection { Method = (ProtectionMethod)2, InformationLengthBytes = 4, ProtectsWrites = true, ProtectsReads = true },
            "4AF0 001C 02 04 C0" + new string('0', 50));
        Golden(new ControlDataProtection { Method = (ProtectionMethod)1, InformationLengthBytes = 63, ProtectsBufferedData = true, ParametersSaveable = true },
            "CAF0 001C 01 3F 20" + new string('0', 50));
    }

    [Fact]
    public void Device_configuration_extension()
    {
        Golden(
            new DeviceConfigurationExtension
            {
                TapeAlertRespectsParameterFields = true,
                TapeAlertRespectsPageControl = true,
                WriteMode = 1,
                ShortEraseMode = 2,
                ProgrammableEarlyWarningMegabytes = 0x0102,
                EncryptedVolumeRequiresEncryption = true,
            },
            "5001 001C 0A 12 0102 01" + new string('0', 46));
        Golden(new DeviceConfigurationExtension { TapeAlertSelectExceptionReporting = true, TapeAlertPreventsLogSenseDeactivation = true },
            "5001 001C 05 00 0000 00" + new string('0', 46));
    }

    [Fact]
    public void A_subpage_is_found_among_pages()
    {
        byte[] answer = Hex.Bytes("0034 98 10 0000 0000" + "0A0A 04 00 00 00 0000 0000 0000" + "4AF0 001C 02 04 C0" + new string('0', 50));
        ModeParameters.TryDecode(answer, ModeHeaderForm.Ten, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryGet(out ControlDataProtection protection).ShouldBeTrue();
        ((byte)protection.Method).ShouldBe((byte)2);
        parameters.TryGet(out Control control).ShouldBeTrue();
        control.DescriptorSense.ShouldBeTrue();
        parameters.TryGet(out DeviceConfigurationExtension _).ShouldBeFalse();
    }

    [Fact]
    public void Power_condition()
    {
        Golden(
            new PowerCondition
            {
                BackgroundPrecedence = 1,
                StandbyY = true,
                IdleC = true,
                IdleA = true,
                IdleATimer = 0x01020304,
                StandbyZTimer = 0x05060708,
                IdleBTimer = 0x090A0B0C,
                IdleCTimer = 0x0D0E0F10,
                StandbyYTimer = 0x11121314,
                CheckFromIdle = 1,
                CheckFromStandby = 2,
                CheckFromStopped = 3,
            },
            "1A26 41 0A 01020304 05060708 090A0B0C 0D0E0F10 11121314 000000000000000000000000000000 6C");
        // Drives of before SPC-4 have 12 bytes; the captured one has 38.
        PowerCondition.TryDecode(Hex.Bytes("1A0A 00 03 00000001 00000002"), out PowerCondition old).ShouldBeTrue();
        old.ShouldBe(new PowerCondition { IdleA = false, IdleB = false, StandbyZ = true, IdleATimer = 1, StandbyZTimer = 2 } with { IdleA = true });
        ModeParameters.TryDecode(HexFixture.Load("lto5-mode-sense-10-3f").Data, ModeHeaderForm.Ten, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryGet(out PowerCondition captured).ShouldBeTrue();
        captured.ShouldBe(default);
    }

    [Fact]
    public void Protocol_specific()
    {
        Golden(new ProtocolSpecificLogicalUnit { TransportLayerRetries = true, ProtocolIdentifier = 6 }, "1806 16 00 00000000");
        Golden(
            new ProtocolSpecificPort
            {
                ReadyLedMeaning = true,
                ProtocolIdentifier = 6,
                NexusLossMilliseconds = 0x07D0,
                ResponseTimeoutMilliseconds = 0x0102,
                RejectToOpenLimit = 0x0304,
            },
            "190E 16 00 07D0 0102 0304 000000000000");
    }

    [Fact]
    public void Total_over_bytes() => Gen.Byte.Array[0, 40].Sample(
        data =>
        {
            CheckTotal<DataCompression>(data);
            CheckTotal<DeviceConfiguration>(data);
            CheckTotal<DisconnectReconnect>(data);
            CheckTotal<ReadWriteErrorRecovery>(data);
            CheckTotal<MediumPartition>(data);
            CheckTotal<InformationalExceptions>(data);
            CheckTotal<MediumConfiguration>(data);
            CheckTotal<Control>(data);
            CheckTotal<ControlDataProtection>(data);
            CheckTotal<DeviceConfigurationExtension>(data);
            CheckTotal<ProtocolSpecificPort>(data);
        },
        iter: 1000);

    /// <summary>Whatever decodes survives being written and read again, however wild its bytes were.</summary>
    private static void CheckTotal<T>(byte[] bytes) where T : struct, IModePage<T>
    {
        byte[] data = [.. bytes];
        if (data.Length > 1 && T.SubpageCode == 0) (data[0], data[1]) = ((byte)((data[0] & 0x80) | T.PageCode), (byte)(T.Length - 2));
        if (data.Length > 3 && T.SubpageCode != 0)
            (data[0], data[1], data[2], data[3]) = ((byte)((data[0] & 0x80) | 0x40 | T.PageCode), T.SubpageCode, 0, (byte)(T.Length - 4));
        if (!T.TryDecode(data, out T page))
        {
            (data.Length < T.Length).ShouldBeTrue();
            return;
        }

        byte[] written = new byte[T.Length];
        page.WriteTo(written);
        T.TryDecode(written, out T again).ShouldBeTrue();
        if (data.Length >= T.Length) again.ShouldBe(page);
    }

    private static void IsCaptured<T>(T page, string fixture) where T : struct, IModePage<T>
    {
        ModeParameters.TryDecode(HexFixture.Load(fixture).Data, ModeHeaderForm.Ten, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryGet(out T decoded).ShouldBeTrue();
        decoded.ShouldBe(page);
        Wire.Written(page.WriteTo, T.Length).ShouldBe(parameters.Pages.ToArray());
    }

    private static void Golden<T>(T page, string hex) where T : struct, IModePage<T>
    {
        byte[] golden = Hex.Bytes(hex);
        Wire.Written(page.WriteTo, golden.Length).ShouldBe(golden);
        T.TryDecode(golden, out T decoded).ShouldBeTrue();
        decoded.ShouldBe(page);

        // A page of another code, a subpage, and one that calls itself shorter are not this page.
        T.TryDecode([(byte)(golden[0] ^ 0x01), .. golden[1..]], out _).ShouldBeFalse();
        T.TryDecode([(byte)(golden[0] ^ 0x40), .. golden[1..]], out _).ShouldBeFalse();
        T.TryDecode([golden[0], 0x05, .. golden[2..]], out _).ShouldBeFalse();
        if (T.SubpageCode != 0) T.TryDecode([golden[0], golden[1], 0, 0x10, .. golden[4..]], out _).ShouldBeFalse();
    }
}
