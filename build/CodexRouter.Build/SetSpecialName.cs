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
            int mended = SpecialNameFlag.SetOnPropertyAccessors(assembly.ItemSpec).Count;
            Log.LogMessage(MessageImportance.Low, "{0}: SpecialName set on {1} property accessors", assembly.ItemSpec, mended);
        }

        return !Log.HasLoggedErrors;
    }
}
