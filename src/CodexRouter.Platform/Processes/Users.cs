namespace CodexRouter.Platform;

/// <summary>Tells for whom this process acts.</summary>
public static class Users
{
    /// <summary>The number of the user whose rights this process has.</summary>
    public static uint Effective => LibC.EffectiveUser();
}
