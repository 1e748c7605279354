using Capstan.Conformance.Smc;

namespace Capstan.Conformance.Kernel;

public sealed class ChangerInquiry(KernelChangerTarget target) : ChangerInquiryConformance(target);

public sealed class MoveMedium(KernelChangerTarget target) : MoveMediumConformance(target);

public sealed class ReadElementStatus(KernelChangerTarget target) : ReadElementStatusConformance(target);
