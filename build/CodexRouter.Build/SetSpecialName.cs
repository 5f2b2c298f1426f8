using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CodexRouter.Build;

/// <summary>The MSBuild task that runs <see cref="SpecialNameFlag"/> over an assembly the F# compiler just wrote.</summary>
public sealed class SetSpecialName : Task
{
    /// <summary>The assemblies to mend, in place.</summary>
    [Required]
    public ITaskItem[] Assemblies { get; set; } = [];

    /// <inheritdoc />
    public override bool Execute()
    {
        foreach (ITaskItem assembly in Assemblies)
        {
            try
            {
                int mended = SpecialNameFlag.SetOnPropertyAccessors(assembly.ItemSpec).Count;
                Log.LogMessage(MessageImportance.Low, "{0}: SpecialName set on {1} property accessors", assembly.ItemSpec, mended);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or BadImageFormatException)
            {
                Log.LogError("{0}: cannot set SpecialName on its property accessors: {1}", assembly.ItemSpec, failure.Message);
            }
        }

        return !Log.HasLoggedErrors;
    }
}
