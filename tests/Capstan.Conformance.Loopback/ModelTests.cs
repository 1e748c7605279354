using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Capstan.Emulation.Models;

namespace Capstan.Conformance.Loopback;

/// <summary>Every kind of virtual drive answers the same checks as the one that docs/targets.md shows.</summary>
public sealed class ModelTests
{
    private const string SkipMark = "$XunitDynamicSkip$";

    public static TheoryData<string> Models => [.. VirtualDriveModel.All.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Each_model_passes_the_conformance_classes(string model)
    {
        using var target = new LoopbackTarget(VirtualDriveModel.Find(model)!);
        RunAll<TapeConformance>(target).ShouldBeGreaterThan(100);
    }

    public static TheoryData<string> Changers => [.. VirtualChangerModel.All.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Changers))]
    public void Each_changer_passes_the_conformance_classes(string model)
    {
        using var target = new LoopbackChangerTarget(VirtualChangerModel.Find(model)!);
        RunAll<ChangerConformance>(target).ShouldBeGreaterThan(20);
    }

    [SuppressMessage("Design", "CA1031", Justification = "every check is run, whatever the ones before did")]
    private static int RunAll<TClass>(ITargetFixture target)
    {
        var failures = new List<string>();
        int passed = 0;
        foreach (Type type in typeof(ModelTests).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TClass)) && !type.IsAbstract))
        {
            foreach (MethodInfo check in type.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null && method.GetParameters().Length == 0))
            {
                object instance = Activator.CreateInstance(type, target)!;
                try
                {
                    check.Invoke(instance, null);
                    passed++;
                }
                catch (TargetInvocationException e) when (e.InnerException!.Message.StartsWith(SkipMark, StringComparison.Ordinal))
                {
                    // Does not apply, or is declared with its reason.
                }
                catch (TargetInvocationException e)
                {
                    failures.Add($"{type.Name}.{check.Name}: {e.InnerException!.Message}");
                }
                (instance as IDisposable)?.Dispose();
            }
        }
        failures.ShouldBeEmpty();
        return passed;
    }
}
